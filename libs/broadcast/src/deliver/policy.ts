/** How failures are met. */
export interface RetryPolicy {
  /** Tries a recipient within one run of a task, the first included. */
  readonly attempts: number;
  /** Between those tries, with full jitter. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** Times that a task is queued again because of failures; then it goes to the dead letters. */
  readonly taskAttempts: number;
  /** How long a task waits in the queue after its n-th failure (seconds, n from 1). */
  readonly taskDelaySeconds: (attempt: number) => number;
  /**
   * Receives of one message before it counts as one that kills its workers. Lower than the queue's
   * `maxReceiveCount`, which is the net under this one and gives no reason.
   */
  readonly taskReceives: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 4,
  backoff: { baseMs: 50, maxMs: 2_000 },
  taskAttempts: 8,
  // 1 to 2 s, 2 to 4 s, … 2 to 4 minutes: eight failures are about six minutes of an outage.
  taskDelaySeconds: (attempt) => 2 ** (attempt - 1) * (1 + Math.random()),
  taskReceives: 5,
};

/**
 * The longest that a publisher works on an event itself. One process reaches the account's limit
 * only where its network is quick; the workers together reach it anyway. A publisher that sees early that
 * it needs longer queues the shards at once (`publish/inline.ts`); the others queue after this time
 * every shard whose last page they have not read yet.
 */
export const INLINE_MS = 2_000;
/** In this last part of the budget no push starts: what remains is queued. */
export const STOP_MARGIN_MS = 1_500;
/** Pushes under way at the stop are waited for so long; then they count as failed. */
export const STOP_GRACE_MS = 500;
/** Before the end of the budget: rows of gone connections that are there still are left to the next event. */
export const CLEAN_UP_MARGIN_MS = 250;

/** The next attempt would get the same response, because the request itself is wrong. */
export function isPermanent(status: number): boolean {
  return status >= 300 && status < 500 && ![403, 408, 410, 429].includes(status);
}
