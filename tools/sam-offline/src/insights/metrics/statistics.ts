import type { Distribution, WeightedValue } from './distribution.ts';
import { SamOfflineError } from '../../sam-offline-error.ts';

/** A name of a statistic that CloudWatch does not have. */
export class StatisticError extends SamOfflineError {
  override readonly name = 'StatisticError';

  constructor(statistic: string) {
    super(
      `The statistic "${statistic}" is not one of CloudWatch's; expected SampleCount, Sum, Average, ` +
        `Minimum, Maximum, IQM, a percentile (p99.9), or TM, TC, TS, WM, PR with bounds, such as tm90 or TM(5%:95%).`,
    );
  }
}

/**
 * Computes a statistic.
 *
 * @returns undefined if the distribution does not have what it needs: a statistic set has no single
 *   values
 */
export type Statistic = (distribution: Distribution) => number | undefined;

type Bounds =
  | { readonly kind: 'percent'; readonly low: number; readonly high: number }
  | { readonly kind: 'value'; readonly low: number; readonly high: number };

const BASIC: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

const NUMBER = String.raw`\d{1,15}(?:\.\d{1,10})?`;
const SHORT = new RegExp(`^(p|tm|tc|ts|wm)(${NUMBER})$`, 'i');
const LONG = new RegExp(`^(TM|TC|TS|WM|PR)\\((${NUMBER}%?)?:(${NUMBER}%?)?\\)$`, 'i');

/**
 * Reads the name of a statistic, with the forms of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html.
 *
 * @throws StatisticError
 */
export function parseStatistic(text: string): Statistic {
  const basic = Object.hasOwn(BASIC, text) ? BASIC[text] : undefined;
  if (basic !== undefined) return basic;
  if (/^iqm$/i.test(text)) return trimmed('TM', { kind: 'percent', low: 25, high: 75 });
  const [, shortName, number] = SHORT.exec(text) ?? [];
  if (shortName !== undefined) {
    const high = Number(number);
    if (high > 100) throw new StatisticError(text);
    if (shortName.toLowerCase() === 'p') return (distribution) => percentile(distribution, high);
    return trimmed(shortName.toUpperCase(), { kind: 'percent', low: 0, high });
  }
  const [, longName, low, high] = LONG.exec(text) ?? [];
  if (longName === undefined) throw new StatisticError(text);
  return trimmed(longName.toUpperCase(), boundsOf(text, low, high));
}

function boundsOf(text: string, low: string | undefined, high: string | undefined): Bounds {
  const given = [low, high].filter((bound) => bound !== undefined);
  const percents = given.filter((bound) => bound.endsWith('%'));
  if (given.length === 0 || (percents.length > 0 && percents.length < given.length)) {
    throw new StatisticError(text);
  }
  const isPercent = percents.length > 0;
  const bounds = {
    low: low === undefined ? (isPercent ? 0 : -Infinity) : Number.parseFloat(low),
    high: high === undefined ? (isPercent ? 100 : Infinity) : Number.parseFloat(high),
  };
  if (bounds.low >= bounds.high || (isPercent && bounds.high > 100)) throw new StatisticError(text);
  if (isPercent && /^PR/i.test(text)) throw new StatisticError(text);
  return { kind: isPercent ? 'percent' : 'value', ...bounds };
}

/** The lowest value that at least this percentage of the values do not exceed. */
function percentile(distribution: Distribution, percent: number): number | undefined {
  if (!distribution.hasValues) return undefined;
  if (percent >= 100) return distribution.maximum;
  const rank = Math.max(1e-12, (percent / 100) * distribution.count);
  let passed = 0;
  for (const { value, count } of distribution.values()) {
    passed += count;
    // A tolerance for sums of fractional counts.
    if (passed >= rank - 1e-9 * distribution.count) return value;
  }
  return distribution.maximum;
}

function trimmed(name: string, bounds: Bounds): Statistic {
  return (distribution) => {
    if (!distribution.hasValues) return undefined;
    const kept = keep(distribution, bounds);
    const count = sumOf(kept, ({ count }) => count);
    switch (name) {
      case 'TC':
        return count;
      case 'PR':
        return (100 * count) / distribution.count;
      case 'TS':
        return sumOf(kept, ({ value, count }) => value * count);
      case 'WM':
        return winsorizedMean(distribution, kept, bounds);
      default:
        return count === 0 ? undefined : sumOf(kept, ({ value, count }) => value * count) / count;
    }
  };
}

/** The values within the bounds: above the lower one, and up to the upper one. */
function keep(distribution: Distribution, { kind, low, high }: Bounds): WeightedValue[] {
  const values = distribution.values();
  if (kind === 'value') return values.filter(({ value }) => value > low && value <= high);
  const lowRank = (low / 100) * distribution.count;
  const highRank = (high / 100) * distribution.count;
  let passed = 0;
  const kept: WeightedValue[] = [];
  for (const { value, count } of values) {
    const part = Math.min(passed + count, highRank) - Math.max(passed, lowRank);
    if (part > 0) kept.push({ value, count: part });
    passed += count;
  }
  return kept;
}

/** Values outside of the bounds count as if they were equal to the nearest bound. */
function winsorizedMean(
  distribution: Distribution,
  kept: readonly WeightedValue[],
  bounds: Bounds,
): number | undefined {
  const [first] = kept;
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (bounds.kind === 'value') {
    const clamped = distribution.values().map(({ value, count }) => ({
      value: Math.min(bounds.high, Math.max(bounds.low, value)),
      count,
    }));
    return sumOf(clamped, ({ value, count }) => value * count) / distribution.count;
  }
  const below = (bounds.low / 100) * distribution.count;
  const above = distribution.count - (bounds.high / 100) * distribution.count;
  const middle = sumOf(kept, ({ value, count }) => value * count);
  return (middle + below * first.value + above * last.value) / distribution.count;
}

function sumOf(values: readonly WeightedValue[], of: (value: WeightedValue) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}
