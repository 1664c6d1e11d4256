/**
 * The time since a moment, in ms, with a precision of a microsecond. Further digits carry no
 * information, and they cost time and space wherever facts are stored.
 *
 * @param since the moment, by `performance.now()`
 */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1000) / 1000;
}
