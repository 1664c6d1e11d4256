import type { Comment } from '@blogapp/shared-types/rest';
import { counted } from '../ui/index.ts';
import { laterByTimer } from './catch-up.ts';

/**
 * Comments that arrive within this time (ms) are announced together, so that a screen reader does
 * not talk all the time.
 */
export const GATHER_MS = 1_500;

/** The part of a comment that is announced: at most 200 characters. The rest is in the list. */
const ANNOUNCED = /^.{0,200}/su;

type Announced = Pick<Comment, 'authorName' | 'body'>;

/**
 * Gathers new comments, and announces them: one comment with its author and its text, several with
 * their number.
 *
 * @param say shows a text to screen readers. They announce only a text that differs from the one
 * before, so an empty text comes first: two comments can be equal.
 * @param later calls a function after some time (ms); returns a function that cancels that
 */
export function createAnnouncer(
  say: (text: string) => void,
  later: (callback: () => void, ms: number) => () => void = laterByTimer,
): { add: (comment: Announced) => void; stop: () => void } {
  let comments: Announced[] = [];
  let cancel: (() => void) | undefined;
  return {
    add(comment) {
      comments.push(comment);
      if (cancel) return;
      say('');
      cancel = later(() => {
        cancel = undefined;
        say(sentenceOf(comments));
        comments = [];
      }, GATHER_MS);
    },
    stop() {
      cancel?.();
      cancel = undefined;
      comments = [];
    },
  };
}

function sentenceOf(comments: readonly Announced[]): string {
  const [only] = comments;
  if (comments.length !== 1 || only === undefined) {
    return counted(comments.length, 'new comment', 'new comments');
  }
  const text = ANNOUNCED.exec(only.body)?.[0] ?? '';
  const end = text.length < only.body.length ? '…' : '';
  return `New comment by ${only.authorName ?? 'somebody'}: ${text}${end}`;
}
