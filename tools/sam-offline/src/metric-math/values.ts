import type { MetricId } from '../insights/index.ts';
import { MetricMathError } from './errors.ts';

/** The values of a metric or an expression over time. */
export interface TimeSeries {
  readonly label: string;
  readonly periodSeconds: number;
  /** Values by the time at which their period starts, in ms since 1970, the oldest first. */
  readonly points: ReadonlyMap<number, number>;
  /** The metric. Absent if the series was made of several metrics. */
  readonly metric?: (MetricId & { readonly stat: string }) | undefined;
}

/** The value of an expression, or of a part of one. */
export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'list'; readonly list: readonly TimeSeries[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'keyword'; readonly name: string };

/** A number as the value of an expression. */
export function scalar(value: number): MathValue {
  return { kind: 'scalar', value };
}

/** A time series as the value of an expression. */
export function seriesValue(series: TimeSeries): MathValue {
  return { kind: 'series', series };
}

/** An array of time series as the value of an expression. */
export function listValue(list: readonly TimeSeries[]): MathValue {
  return { kind: 'list', list };
}

/**
 * Makes a series with other points. It leaves out points that are not finite numbers, since
 * CloudWatch has no such values.
 */
export function withPoints(
  series: TimeSeries,
  points: Iterable<readonly [number, number]>,
): TimeSeries {
  const finite = new Map<number, number>();
  for (const [time, value] of points) if (Number.isFinite(value)) finite.set(time, value);
  return { ...series, points: finite };
}

/**
 * Applies a function to every value: to that of a scalar, to those of a series, or to those of each
 * series of a list.
 */
export function mapValues(
  value: MathValue,
  map: (value: number, time: number) => number,
  what: string,
): MathValue {
  if (value.kind === 'scalar') return scalar(map(value.value, 0));
  return mapSeries(value, (series) => mapPoints(series, map), what);
}

/**
 * Makes a series of the results of a function for each point.
 *
 * @param map gets a value and the start of its period, in ms since 1970
 */
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
 * @throws MetricMathError if the value is neither
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

/** Describes a value for error messages. */
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

/**
 * Returns the properties that all of several series have in common: `SUM([m1, m2])` has the period
 * of both.
 */
export function combined(list: readonly TimeSeries[], periodSeconds: number): TimeSeries {
  const periods = list.map((series) => series.periodSeconds);
  return {
    label: '',
    periodSeconds: periods.length === 0 ? periodSeconds : Math.max(...periods),
    points: new Map(),
  };
}
