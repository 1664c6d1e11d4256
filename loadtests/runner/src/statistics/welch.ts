import { mean, sampleVariance } from './moments.ts';
import { studentQuantile } from './student-t.ts';

/** An estimate, and the interval that contains the true value with the requested confidence. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Welch's interval of `mean(head) − mean(base)`: two samples that may be of different size and of
 * different variance. B. L. Welch, Biometrika 34 (1947), 28–35; degrees of freedom by Satterthwaite.
 *
 * @param confidence above 0 and below 1
 * @throws RangeError with fewer than two values on a side
 */
export function welchInterval(
  base: readonly number[],
  head: readonly number[],
  confidence: number,
): Interval {
  if (base.length < 2 || head.length < 2) {
    throw new RangeError(`at least 2 values a side are needed: ${base.length} and ${head.length}`);
  }
  const estimate = mean(head) - mean(base);
  const baseError = sampleVariance(base) / base.length;
  const headError = sampleVariance(head) / head.length;
  const error = baseError + headError;
  if (error === 0) return { estimate, low: estimate, high: estimate };
  const degrees =
    error ** 2 / (baseError ** 2 / (base.length - 1) + headError ** 2 / (head.length - 1));
  const margin = studentQuantile((1 + confidence) / 2, degrees) * Math.sqrt(error);
  return { estimate, low: estimate - margin, high: estimate + margin };
}
