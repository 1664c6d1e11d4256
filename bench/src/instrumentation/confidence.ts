import { median } from '../harness/index.ts';

export interface Estimate {
  readonly median: number;
  /** The median is between these two in 95 of 100 runs. */
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 %. */
const Z = 1.96;

/**
 * The median of some values and its confidence interval, whatever their distribution is: as many of
 * them are below the true median as heads come of so many coins.
 *
 * @see https://en.wikipedia.org/wiki/Median#Sampling_distribution
 * @param values at least 6, or the interval is all of them
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(0, Math.floor((sorted.length - Z * Math.sqrt(sorted.length)) / 2));
  const at = (index: number): number => sorted[index] ?? NaN;
  return { median: median(sorted), low: at(rank), high: at(sorted.length - 1 - rank) };
}
