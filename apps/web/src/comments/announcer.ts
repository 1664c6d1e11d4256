import { counted } from '../ui/index.ts';
import { laterByTimer } from './catch-up.ts';

/** What comes within this time is told as one (ms), so that a screen reader is not kept talking. */
export const GATHER_MS = 1_500;

/**
 * Gathers new comments, and says what came in one sentence.
 *
 * @param say shows a text to screen readers
 * @param later calls back after some time (ms); returns what cancels that
 */
export function createAnnouncer(
  say: (text: string) => void,
  later: (callback: () => void, ms: number) => () => void = laterByTimer,
): { add: (authorName: string | undefined) => void; stop: () => void } {
  let names: (string | undefined)[] = [];
  let cancel: (() => void) | undefined;
  return {
    add(authorName) {
      names.push(authorName);
      cancel ??= later(() => {
        cancel = undefined;
        say(sentenceOf(names));
        names = [];
      }, GATHER_MS);
    },
    stop() {
      cancel?.();
      cancel = undefined;
      names = [];
    },
  };
}

function sentenceOf(names: readonly (string | undefined)[]): string {
  const [only] = names;
  return names.length === 1
    ? `New comment by ${only ?? 'somebody'}`
    : counted(names.length, 'new comment', 'new comments');
}
