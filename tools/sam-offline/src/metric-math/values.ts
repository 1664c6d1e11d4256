import type { MetricId } from '../insights/index.ts';
import { MetricMathError } from './errors.ts';

/** A metric's or an expression's values over time. */
export interface TimeSeries {
  readonly label: string;
  readonly periodSeconds: number;
  /** Values by the time at which their period starts, in ms since 1970, the oldest first. */
  readonly points: ReadonlyMap<number, number>;
  /** Absent where several metrics went into it. */
  readonly metric?: (MetricId & { readonly stat: string }) | undefined;
}

/** What an expression, or a part of one, evaluates to. */
export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'list'; readonly list: readonly TimeSeries[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'keyword'; readonly name: string };

export function scalar(value: number): MathValue {
  return { kind: 'scalar', value };
}

export function seriesValue(series: TimeSeries): MathValue {
  return { kind: 'series', series };
}

export function listValue(list: readonly TimeSeries[]): MathValue {
  return { kind: 'list', list };
}

/** A series with other points. Points that are not finite numbers are left out, as CloudWatch has no such values. */
export function withPoints(
  series: TimeSeries,
  points: Iterable<readonly [number, number]>,
): TimeSeries {
  const finite = new Map<number, number>();
  for (const [time, value] of points) if (Number.isFinite(value)) finite.set(time, value);
  return { ...series, points: finite };
}

/** Applies a function to every value, whether of a scalar, of a series, or of each series of a list. */
export function mapValues(
  value: MathValue,
  map: (value: number, time: number) => number,
  what: string,
): MathValue {
  if (value.kind === 'scalar') return scalar(map(value.value, 0));
  return mapSeries(value, (series) => mapPoints(series, map), what);
}

export function mapPoints(
  series: TimeSeries,
  map: (value: number, time: number) => number,
): TimeSeries {
  return withPoints(
    series,
    [...series.points].map(([time, value]) => [time, map(value, time)] as const),
  );
}

/**
 * Applies a function to a series, or to each series of a list.
 *
 * @throws MetricMathError where it is neither
 */
export function mapSeries(
  value: MathValue,
  map: (series: TimeSeries) => TimeSeries,
  what: string,
): MathValue {
  if (value.kind === 'series') return seriesValue(map(value.series));
  if (value.kind === 'list') return listValue(value.list.map(map));
  throw new MetricMathError(`${what} takes a time series, not ${describe(value)}.`);
}

/** For error texts. */
export function describe(value: MathValue): string {
  switch (value.kind) {
    case 'scalar':
      return `the number ${value.value}`;
    case 'series':
      return 'a time series';
    case 'list':
      return 'an array of time series';
    case 'string':
      return `the string "${value.text}"`;
    case 'keyword':
      return `the word ${value.name}`;
  }
}

/** Series that share what all of them have: `SUM([m1, m2])` has the period of both. */
export function combined(list: readonly TimeSeries[], periodSeconds: number): TimeSeries {
  const periods = list.map((series) => series.periodSeconds);
  return {
    label: '',
    periodSeconds: periods.length === 0 ? periodSeconds : Math.max(...periods),
    points: new Map(),
  };
}
