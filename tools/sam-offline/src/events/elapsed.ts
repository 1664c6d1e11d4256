/**
 * The time since a moment, in ms, with a precision of a microsecond. Further digits carry no
 * information, and they cost time and space wherever facts are stored.
 *
 * @param since the moment, by `performance.now()`
 * @param until the end of the time, by the same clock; by default now
 */
export function elapsedMs(since: number, until = performance.now()): number {
  return Math.round((until - since) * 1000) / 1000;
}
