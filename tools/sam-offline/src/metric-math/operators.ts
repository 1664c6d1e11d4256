import { MetricMathError } from './errors.ts';
import type { Operator } from './expression.ts';
import {
  combined,
  describe,
  listValue,
  mapValues,
  type MathValue,
  scalar,
  seriesValue,
  type TimeSeries,
  withPoints,
} from './values.ts';

const OPERATIONS: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/**
 * Applies an operator to numbers, to each value of a series, to the values that two series have at
 * the same times, and to each series of an array.
 *
 * @throws MetricMathError for two arrays, which CloudWatch does not combine
 */
export function operate(operator: Operator, left: MathValue, right: MathValue): MathValue {
  const operation = OPERATIONS[operator];
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return scalar(operation(left.value, right.value));
  }
  if (right.kind === 'scalar') {
    return mapValues(left, (value) => operation(value, right.value), `"${operator}"`);
  }
  if (left.kind === 'scalar') {
    return mapValues(right, (value) => operation(left.value, value), `"${operator}"`);
  }
  if (left.kind === 'series' && right.kind === 'series') {
    return seriesValue(pairwise(left.series, right.series, operation));
  }
  if (left.kind === 'list' && right.kind === 'series') {
    return listValue(left.list.map((series) => labelled(series, right.series, operation, series)));
  }
  if (left.kind === 'series' && right.kind === 'list') {
    return listValue(right.list.map((series) => labelled(left.series, series, operation, series)));
  }
  throw new MetricMathError(
    `"${operator}" does not combine ${describe(left)} and ${describe(right)}.`,
  );
}

function pairwise(
  left: TimeSeries,
  right: TimeSeries,
  operation: (left: number, right: number) => number,
): TimeSeries {
  const points: [number, number][] = [];
  for (const [time, value] of left.points) {
    const other = right.points.get(time);
    if (other !== undefined) points.push([time, operation(value, other)]);
  }
  return withPoints(combined([left, right], left.periodSeconds), points);
}

function labelled(
  left: TimeSeries,
  right: TimeSeries,
  operation: (left: number, right: number) => number,
  { label, metric }: TimeSeries,
): TimeSeries {
  return { ...pairwise(left, right, operation), label, metric };
}
