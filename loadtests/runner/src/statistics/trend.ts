import { mean } from './moments.ts';
import { studentQuantile } from './student-t.ts';
import type { Interval } from './welch.ts';

/**
 * The slope of values over time by least squares, with an interval that takes into account that
 * neighbouring values are similar. The values of a busy machine rise and fall slowly. If they
 * counted as independent, each rise would look like a trend. The number of values is reduced by the
 * autocorrelation of the residuals at lag 1 (G. V. Bayley and J. M. Hammersley, Supplement to the
 * Journal of the Royal Statistical Society 8 (1946), 184–197).
 *
 * @param points at equal distances, ascending by `x`
 * @param confidence above 0 and below 1
 * @returns undefined with too few values that are independent (four)
 */
export function trendInterval(
  points: readonly { readonly x: number; readonly y: number }[],
  confidence: number,
): Interval | undefined {
  const centreX = mean(points.map(({ x }) => x));
  const centreY = mean(points.map(({ y }) => y));
  const sum = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((total, point) => total + of(point), 0);
  const spreadX = sum(({ x }) => (x - centreX) ** 2);
  if (points.length < 4 || spreadX === 0) return undefined;
  const estimate = sum(({ x, y }) => (x - centreX) * (y - centreY)) / spreadX;
  const residuals = points.map(({ x, y }) => y - centreY - estimate * (x - centreX));
  const squares = residuals.reduce((total, one) => total + one ** 2, 0);
  if (squares === 0) return { estimate, low: estimate, high: estimate };
  const products = residuals
    .slice(1)
    .reduce((total, one, index) => total + one * (residuals[index] ?? 0), 0);
  const correlation = Math.min(0.99, Math.max(0, products / squares));
  const independent = (points.length * (1 - correlation)) / (1 + correlation);
  const degrees = independent - 2;
  if (degrees < 2) return undefined;
  const error = Math.sqrt(squares / degrees / spreadX);
  const margin = studentQuantile((1 + confidence) / 2, degrees) * error;
  return { estimate, low: estimate - margin, high: estimate + margin };
}
