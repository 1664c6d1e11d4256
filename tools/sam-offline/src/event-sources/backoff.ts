/** Waits between attempts, ms. */
export interface RetryDelays {
  readonly initialMs: number;
  readonly maximumMs: number;
}

/** Lambda does not publish its own; what is seen on AWS starts under a second and ends about here. */
export const DEFAULT_RETRY_DELAYS: RetryDelays = { initialMs: 500, maximumMs: 30_000 };

/** Doubles with each attempt (1, 2, …), up to the maximum. */
export function retryDelayMs(delays: RetryDelays, attempt: number): number {
  return Math.min(delays.maximumMs, delays.initialMs * 2 ** Math.min(attempt - 1, 20));
}
