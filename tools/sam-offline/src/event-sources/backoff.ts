/** The delays between attempts, in ms. */
export interface RetryDelays {
  readonly initialMs: number;
  readonly maximumMs: number;
}

/**
 * Lambda does not publish its delays. Those seen on AWS start below one second and end at about
 * this maximum.
 */
export const DEFAULT_RETRY_DELAYS: RetryDelays = { initialMs: 500, maximumMs: 30_000 };

/**
 * Gives the delay after an attempt (1, 2, …), in ms. It doubles with each attempt, up to the
 * maximum.
 */
export function retryDelayMs(delays: RetryDelays, attempt: number): number {
  return Math.min(delays.maximumMs, delays.initialMs * 2 ** Math.min(attempt - 1, 20));
}
