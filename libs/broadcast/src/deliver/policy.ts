/** What is done after failures. */
export interface RetryPolicy {
  /** Tries for each recipient within one run of a task, with the first one. */
  readonly attempts: number;
  /** The pauses between those tries, with full jitter. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** After so many failures in a row, a task is put in the dead-letter queue. */
  readonly taskAttempts: number;
  /** How long a task waits in the queue after its n-th failure (seconds, n from 1). */
  readonly taskDelaySeconds: (attempt: number) => number;
  /**
   * After so many receives, a message counts as one that kills its workers. It must be lower than
   * the queue's `maxReceiveCount`, whose redrive policy gives no reason.
   */
  readonly taskReceives: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 4,
  backoff: { baseMs: 50, maxMs: 2_000 },
  taskAttempts: 8,
  // The delays are 1 to 2 s, 2 to 4 s, and so on: eight failures bridge an outage of some minutes.
  taskDelaySeconds: (attempt) => 2 ** (attempt - 1) * (1 + Math.random()),
  taskReceives: 5,
};

/**
 * The longest that a publisher works on an event itself. One process reaches the account's limit
 * only over a fast network; the workers together reach it anyway. A publisher that sees early that
 * it needs longer queues the shards at once (`publish/inline.ts`); the others queue after this time
 * every shard whose last page they have not read yet.
 */
export const INLINE_MS = 2_000;
/** In this last part of the budget no push starts (ms); the rest is queued. */
export const STOP_MARGIN_MS = 1_500;
/**
 * How long to wait for pushes that are under way at the stop (ms); after that they count as failed.
 */
export const STOP_GRACE_MS = 500;
/**
 * The removal of gone connections stops this long before the end of the budget (ms). The next event
 * removes the rows that are left.
 */
export const CLEAN_UP_MARGIN_MS = 250;

/** Whether the next attempt would get the same response, because the request itself is wrong. */
export function isPermanent(status: number): boolean {
  return status >= 300 && status < 500 && ![403, 408, 410, 429].includes(status);
}
