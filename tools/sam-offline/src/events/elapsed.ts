/**
 * How long ago something was, in ms, to the microsecond: further digits say nothing, and cost time and
 * room wherever facts are stored.
 *
 * @param since `performance.now()` of then
 */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1000) / 1000;
}
