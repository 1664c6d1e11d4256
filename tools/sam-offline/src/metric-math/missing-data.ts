import { MetricMathError } from './errors.ts';
import {
  combined,
  describe,
  listValue,
  type MathValue,
  seriesValue,
  type TimeSeries,
  withPoints,
} from './values.ts';

/**
 * `FILL`: gives a series values at the times at which it has none. They are a number, the values of
 * another series, the last value before (`REPEAT`), or values on the line between the neighbouring
 * ones (`LINEAR`).
 *
 * @param times the starts of all periods, the oldest first
 * @throws MetricMathError for any other filler
 */
export function fill(series: TimeSeries, filler: MathValue, times: readonly number[]): TimeSeries {
  const { points } = series;
  const filled = new Map(points);
  const valueAt = fillerOf(filler, [...points], points);
  for (const time of times) {
    const value = points.get(time) ?? valueAt(time);
    if (value !== undefined) filled.set(time, value);
  }
  return withPoints(
    series,
    [...filled].sort(([a], [b]) => a - b),
  );
}

function fillerOf(
  filler: MathValue,
  known: readonly (readonly [number, number])[],
  points: ReadonlyMap<number, number>,
): (time: number) => number | undefined {
  if (filler.kind === 'scalar') return () => filler.value;
  if (filler.kind === 'series') return (time) => filler.series.points.get(time);
  if (filler.kind !== 'keyword' || (filler.name !== 'REPEAT' && filler.name !== 'LINEAR')) {
    throw new MetricMathError(
      `FILL takes a number, a time series, REPEAT or LINEAR, not ${describe(filler)}.`,
    );
  }
  const isLinear = filler.name === 'LINEAR';
  // The times are in order, so one pass finds the neighbouring values.
  let next = 0;
  return (time) => {
    while (next < known.length && (known[next]?.[0] ?? Infinity) < time) next += 1;
    const before = known[next - 1];
    const after = known[next];
    if (before === undefined) return undefined;
    if (!isLinear) return before[1];
    if (after === undefined || points.has(time)) return undefined;
    const share = (time - before[0]) / (after[0] - before[0]);
    return before[1] + share * (after[1] - before[1]);
  };
}

/**
 * `IF(condition, yes, no)`. If the condition is a series, the result has a value at the times at
 * which both the condition and the chosen side have one. Without `no`, the result has no value at
 * times at which the condition does not hold.
 */
export function conditional(
  condition: MathValue,
  yes: MathValue,
  no: MathValue | undefined,
): MathValue {
  if (condition.kind === 'scalar') {
    const chosen = condition.value !== 0 ? yes : no;
    if (chosen !== undefined) return chosen;
    return yes.kind === 'series' ? seriesValue(withPoints(yes.series, [])) : listValue([]);
  }
  if (condition.kind === 'list') {
    return listValue(condition.list.map((series) => choose(series, yes, no)));
  }
  if (condition.kind !== 'series') {
    throw new MetricMathError(`IF takes a condition, not ${describe(condition)}.`);
  }
  if (yes.kind === 'list') {
    return listValue(yes.list.map((each) => choose(condition.series, seriesValue(each), no)));
  }
  if (no?.kind === 'list') {
    return listValue(no.list.map((each) => choose(condition.series, yes, seriesValue(each))));
  }
  return seriesValue(choose(condition.series, yes, no));
}

function choose(condition: TimeSeries, yes: MathValue, no: MathValue | undefined): TimeSeries {
  const points: [number, number][] = [];
  for (const [time, holds] of condition.points) {
    const value = valueAt(holds !== 0 ? yes : no, time);
    if (value !== undefined) points.push([time, value]);
  }
  const named = [yes, no].find((side) => side?.kind === 'series');
  const label = named?.kind === 'series' ? named.series.label : condition.label;
  return withPoints({ ...combined([condition], condition.periodSeconds), label }, points);
}

function valueAt(side: MathValue | undefined, time: number): number | undefined {
  if (side === undefined) return undefined;
  if (side.kind === 'scalar') return side.value;
  if (side.kind === 'series') return side.series.points.get(time);
  throw new MetricMathError(`IF takes numbers and time series, not ${describe(side)}.`);
}
