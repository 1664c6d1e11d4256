import { counted } from '../ui/index.ts';
import { laterByTimer } from './catch-up.ts';

/**
 * Comments that arrive within this time (ms) are announced together, so that a screen reader does
 * not talk all the time.
 */
export const GATHER_MS = 1_500;

/**
 * Gathers new comments, and announces them in one sentence.
 *
 * @param say shows a text to screen readers
 * @param later calls a function after some time (ms); returns a function that cancels that
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
