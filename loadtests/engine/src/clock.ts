// Reading this value takes longer than reading the clock, so it is read once.
const { timeOrigin } = performance;

/**
 * The generator's clock: milliseconds since 1970 with fractions. It never runs backwards. The
 * clocks of worker threads of one process, and of processes of one machine, differ by some
 * microseconds only.
 */
export function now(): number {
  return timeOrigin + performance.now();
}
