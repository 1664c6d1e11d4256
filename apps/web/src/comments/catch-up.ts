import type { Comments } from '../posts/index.ts';

/** The time after a failure until the next read (ms). */
export const RETRY_MS = 5_000;

/**
 * Reads the latest comments, and repeats that until it succeeds: events are missing, and only a
 * read fills the gap.
 *
 * @param later calls a function after some time (ms); returns a function that cancels that
 * @returns a function that ends it
 */
export function catchUp(
  comments: Pick<Comments, 'loadLatest' | 'state'>,
  later: (callback: () => void, ms: number) => () => void = laterByTimer,
): () => void {
  let cancel: (() => void) | undefined;
  let isOver = false;
  const tryOnce = async (): Promise<void> => {
    await comments.loadLatest();
    if (isOver || comments.state.failure === undefined) return;
    cancel = later(() => void tryOnce(), RETRY_MS);
  };
  void tryOnce();
  return () => {
    isOver = true;
    cancel?.();
  };
}

/** Calls a function after `ms` milliseconds. @returns a function that cancels that */
export function laterByTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}
