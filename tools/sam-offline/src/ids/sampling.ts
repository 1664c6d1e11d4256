/** X-Ray's default rule records one request a second; a person at a terminal sees more than that. */
const RESERVOIR_A_SECOND = 50;
/** And 5 % of what comes beyond, as X-Ray's default rule has it. */
const RATE = 0.05;

/**
 * Decides which traces are recorded, as X-Ray's default sampling rule does: so many a second, and a
 * share of the rest
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
