import { median } from '../harness/index.ts';

export interface Estimate {
  readonly median: number;
  /** The true median is between `low` and `high` in 95 of 100 runs. */
  readonly low: number;
  readonly high: number;
}

/** The quantile of the normal distribution for 95 %. */
const Z = 1.96;

/**
 * The median of some values and its confidence interval, whatever their distribution is: how many
 * of them are below the true median is distributed like the heads of as many coin tosses.
 *
 * @see https://en.wikipedia.org/wiki/Median#Sampling_distribution
 * @param values at least 6; with fewer, the interval covers all of them
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(0, Math.floor((sorted.length - Z * Math.sqrt(sorted.length)) / 2));
  const at = (index: number): number => sorted[index] ?? NaN;
  return { median: median(sorted), low: at(rank), high: at(sorted.length - 1 - rank) };
}
