/**
 * Full jitter: anything between 0 and the exponential bound, so that those who failed together do
 * not come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt the failed attempts so far, from 1
 * @param random 0 ≤ random < 1
 * @returns milliseconds
 */
export function fullJitter(
  attempt: number,
  bounds: { readonly baseMs: number; readonly maxMs: number },
  random: () => number = Math.random,
): number {
  return Math.floor(random() * Math.min(bounds.maxMs, bounds.baseMs * 2 ** (attempt - 1)));
}
