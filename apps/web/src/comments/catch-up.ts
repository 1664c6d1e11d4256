import type { Comments } from '../posts/index.ts';

/** After a failure, what is missing is read again this much later (ms). */
export const RETRY_MS = 5_000;

/**
 * Reads the latest comments, and again until that succeeds: the events do not tell everything, and only
 * a read fills the gap.
 *
 * @param later calls back after some time (ms); returns what cancels that
 * @returns what ends it
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

export function laterByTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}
