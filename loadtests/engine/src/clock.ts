// Reading it takes longer than reading the clock.
const { timeOrigin } = performance;

/**
 * The generator's clock: milliseconds since 1970 with fractions, never going backwards. Worker threads
 * of one process, and processes of one machine, agree on it to some microseconds.
 */
export function now(): number {
  return timeOrigin + performance.now();
}
