/**
 * Traces that are recorded each second at least. X-Ray's default rule records one; a developer at a
 * terminal expects more.
 */
const RESERVOIR_A_SECOND = 50;
/** The share of further traces that is recorded: 5 %, as in X-Ray's default rule. */
const RATE = 0.05;

/**
 * Decides which traces are recorded, as X-Ray's default sampling rule does: a number of them each
 * second, and a share of the rest
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html).
 */
export function createSampler(
  now: () => number = () => performance.now(),
  random: () => number = Math.random,
): () => boolean {
  let second = -1;
  let taken = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) [second, taken] = [current, 0];
    taken += 1;
    return taken <= RESERVOIR_A_SECOND || random() < RATE;
  };
}
