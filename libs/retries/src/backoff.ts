import { setTimeout as delay } from 'node:timers/promises';

export interface BackoffBounds {
  /** The longest wait after the first failed attempt (ms). It doubles with each attempt. */
  readonly baseMs: number;
  /** The longest wait after any attempt (ms). */
  readonly maxMs: number;
}

/** The bounds for requests to DynamoDB: twelve attempts wait for 3.1 s at most in all. */
const DYNAMODB_BOUNDS: BackoffBounds = { baseMs: 10, maxMs: 500 };

/**
 * Returns how long to wait before the next attempt: a random time between 0 and a bound that
 * doubles. Clients that failed together then do not come back together ("full jitter").
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param failedAttempts from 1
 * @param random 0 ≤ random < 1
 * @returns milliseconds
 */
export function fullJitter(
  failedAttempts: number,
  { baseMs, maxMs }: BackoffBounds,
  random: () => number = Math.random,
): number {
  return Math.floor(random() * Math.min(maxMs, baseMs * 2 ** (failedAttempts - 1)));
}

/** Waits with full jitter; resolves when it is time for the next attempt. */
export async function backOff(
  failedAttempts: number,
  bounds: BackoffBounds = DYNAMODB_BOUNDS,
): Promise<void> {
  await delay(fullJitter(failedAttempts, bounds));
}
