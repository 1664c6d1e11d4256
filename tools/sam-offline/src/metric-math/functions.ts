import { AGGREGATES } from './aggregates.ts';
import type { MathContext } from './context.ts';
import { MetricMathError } from './errors.ts';
import { conditional, fill } from './missing-data.ts';
import {
  combined,
  describe,
  listValue,
  mapPoints,
  mapSeries,
  mapValues,
  type MathValue,
  scalar,
  seriesValue,
  type TimeSeries,
  withPoints,
} from './values.ts';

type MathFunction = (parameters: readonly MathValue[], context: MathContext) => MathValue;

interface Definition {
  /** The least and the largest number of parameters. */
  readonly arity: readonly [number, number];
  readonly apply: MathFunction;
}

/** CloudWatch's functions that need something a local stack does not have, with the reason. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  ANOMALY_DETECTION_BAND: 'it needs a trained model',
  DB_PERF_INSIGHTS: 'it reads RDS Performance Insights',
  INSIGHT_RULE_METRIC: 'it reads Contributor Insights',
  LAMBDA: 'it reads another data source through a function',
  SERVICE_QUOTA: 'the quotas of an account are not known locally',
};

/**
 * Calls a function of metric math.
 *
 * @throws MetricMathError if the function does not exist or is not evaluated here, or if it does
 *   not take the parameters
 */
export function callFunction(
  name: string,
  parameters: readonly MathValue[],
  context: MathContext,
): MathValue {
  const definition = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (definition === undefined) {
    const reason = Object.hasOwn(UNSUPPORTED, name) ? UNSUPPORTED[name] : undefined;
    throw new MetricMathError(
      reason === undefined
        ? `There is no function ${name}.`
        : `sam-offline does not evaluate ${name}: ${reason}.`,
    );
  }
  const [least, most] = definition.arity;
  if (parameters.length < least || parameters.length > most) {
    const expected = least === most ? String(least) : `${least} to ${most}`;
    throw new MetricMathError(
      `${name} takes ${expected} parameters; it was given ${parameters.length}.`,
    );
  }
  return definition.apply(parameters, context);
}

/** Makes a function of one value, which is also applied to each value of a series. */
function ofValues(name: string, map: (value: number, time: number) => number): Definition {
  return { arity: [1, 1], apply: ([value]) => mapValues(given(value), map, name) };
}

/** Makes a function of one series, which is also applied to each series of an array. */
function ofSeries(name: string, map: (series: TimeSeries) => TimeSeries): Definition {
  return { arity: [1, 1], apply: ([value]) => mapSeries(given(value), map, name) };
}

/**
 * Makes `AVG` and similar functions. Of a series they give one number, and of an array a series.
 */
function aggregate(name: string): Definition {
  return {
    arity: [1, 1],
    apply: ([value], context) => {
      const of = aggregateNamed(name);
      const input = given(value);
      if (input.kind === 'series') {
        const values = [...input.series.points.values()];
        return scalar(values.length === 0 ? NaN : of(values));
      }
      return seriesValue(acrossList(listOf(input, name), context.periodSeconds, of));
    },
  };
}

/** Makes one series. Each value is made of the values that the other series have at that time. */
function acrossList(
  list: readonly TimeSeries[],
  periodSeconds: number,
  of: (values: readonly number[]) => number,
): TimeSeries {
  const values = new Map<number, number[]>();
  for (const { points } of list) {
    for (const [time, value] of points) {
      const existing = values.get(time);
      if (existing === undefined) values.set(time, [value]);
      else existing.push(value);
    }
  }
  const points = [...values]
    .sort(([a], [b]) => a - b)
    .map(([time, found]) => [time, of(found)] as const);
  return withPoints(combined(list, periodSeconds), points);
}

/**
 * Makes a function of each value and the one before it. The first value of a series has no result.
 */
function ofPairs(name: string, map: (change: number, seconds: number) => number): Definition {
  return ofSeries(name, (series) => {
    const points = [...series.points];
    return withPoints(
      series,
      points.slice(1).map(([time, value], index) => {
        const [earlier, before] = points[index] ?? [time, value];
        return [time, map(value - before, (time - earlier) / 1000)] as const;
      }),
    );
  });
}

/** Makes a number from the time of a value, in UTC. */
function ofTime(name: string, part: (date: Date) => number): Definition {
  return ofSeries(name, (series) => mapPoints(series, (_value, time) => part(new Date(time))));
}

const FUNCTIONS: Readonly<Record<string, Definition>> = {
  ABS: ofValues('ABS', Math.abs),
  CEIL: ofValues('CEIL', Math.ceil),
  FLOOR: ofValues('FLOOR', Math.floor),
  LOG: ofValues('LOG', Math.log),
  LOG10: ofValues('LOG10', Math.log10),
  ...Object.fromEntries(Object.keys(AGGREGATES).map((name) => [name, aggregate(name)])),

  DIFF: ofPairs('DIFF', (change) => change),
  DIFF_TIME: ofPairs('DIFF_TIME', (_change, seconds) => seconds),
  RATE: ofPairs('RATE', (change, seconds) => change / seconds),
  RUNNING_SUM: ofSeries('RUNNING_SUM', (series) => {
    let total = 0;
    return mapPoints(series, (value) => (total += value));
  }),

  EPOCH: ofTime('EPOCH', (date) => date.getTime() / 1000),
  MINUTE: ofTime('MINUTE', (date) => date.getUTCMinutes()),
  HOUR: ofTime('HOUR', (date) => date.getUTCHours()),
  /** 1 is Monday. */
  DAY: ofTime('DAY', (date) => date.getUTCDay() || 7),
  DATE: ofTime('DATE', (date) => date.getUTCDate()),
  MONTH: ofTime('MONTH', (date) => date.getUTCMonth() + 1),
  YEAR: ofTime('YEAR', (date) => date.getUTCFullYear()),

  IF: {
    arity: [2, 3],
    apply: ([condition, yes, no]) => conditional(given(condition), given(yes), no),
  },
  FILL: {
    arity: [2, 2],
    apply: ([value, filler], { times }) =>
      mapSeries(
        given(value),
        (series) => fill(series, given(filler), times(series.periodSeconds)),
        'FILL',
      ),
  },
  PERIOD: {
    arity: [1, 1],
    apply: ([value]) => {
      const input = given(value);
      if (input.kind !== 'series') {
        throw new MetricMathError(`PERIOD takes a metric, not ${describe(input)}.`);
      }
      return scalar(input.series.periodSeconds);
    },
  },
  TIME_SERIES: {
    arity: [1, 1],
    apply: ([value], { periodSeconds, times }) => {
      const input = given(value);
      if (input.kind !== 'scalar') {
        throw new MetricMathError(`TIME_SERIES takes a number, not ${describe(input)}.`);
      }
      const points = times(periodSeconds).map((time) => [time, input.value] as const);
      return seriesValue(withPoints(combined([], periodSeconds), points));
    },
  },

  METRICS: {
    arity: [0, 1],
    apply: ([part], { metrics }) => {
      if (part !== undefined && part.kind !== 'string') {
        throw new MetricMathError(
          `METRICS takes a part of an id in quotes, not ${describe(part)}.`,
        );
      }
      const found = metrics.filter(({ id }) => id.includes(part?.text ?? ''));
      return listValue(found.map(({ series }) => series));
    },
  },
  METRIC_COUNT: {
    arity: [1, 1],
    apply: ([value]) => scalar(listOf(given(value), 'METRIC_COUNT').length),
  },
  DATAPOINT_COUNT: {
    arity: [1, 1],
    apply: ([value], { periodSeconds }) => {
      const input = given(value);
      return input.kind === 'series'
        ? scalar(input.series.points.size)
        : seriesValue(
            acrossList(listOf(input, 'DATAPOINT_COUNT'), periodSeconds, ({ length }) => length),
          );
    },
  },
  REMOVE_EMPTY: {
    arity: [1, 1],
    apply: ([value]) =>
      listValue(listOf(given(value), 'REMOVE_EMPTY').filter(({ points }) => points.size > 0)),
  },
  FIRST: { arity: [1, 1], apply: ([value], context) => pick(given(value), 'FIRST', 0, context) },
  LAST: { arity: [1, 1], apply: ([value], context) => pick(given(value), 'LAST', -1, context) },
  SLICE: {
    arity: [2, 3],
    apply: ([value, start, end]) => {
      const list = listOf(given(value), 'SLICE');
      const from = numberOf(given(start), 'SLICE');
      return listValue(list.slice(from, end === undefined ? undefined : numberOf(end, 'SLICE')));
    },
  },
  SORT: { arity: [3, 4], apply: sort },
};

function pick(
  value: MathValue,
  name: string,
  index: number,
  { periodSeconds }: MathContext,
): MathValue {
  return seriesValue(listOf(value, name).at(index) ?? combined([], periodSeconds));
}

/** `SORT(METRICS(), AVG, DESC, 10)` */
function sort([value, by, order, count]: readonly MathValue[]): MathValue {
  const list = listOf(given(value), 'SORT');
  const of = aggregateNamed(wordOf(given(by)));
  const direction = wordOf(given(order));
  if (direction !== 'ASC' && direction !== 'DESC') {
    throw new MetricMathError(`SORT takes ASC or DESC as its order, not ${direction}.`);
  }
  const ranked = list
    .map((series) => ({ series, rank: of([...series.points.values()]) }))
    .map(({ series, rank }) => ({ series, rank: Number.isFinite(rank) ? rank : -Infinity }))
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank < b.rank === (direction === 'ASC') ? -1 : 1))
    .map(({ series }) => series);
  return listValue(count === undefined ? ranked : ranked.slice(0, numberOf(count, 'SORT')));
}

function aggregateNamed(name: string): (values: readonly number[]) => number {
  const found = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : undefined;
  if (found === undefined) {
    throw new MetricMathError(`${name} is not one of ${Object.keys(AGGREGATES).join(', ')}.`);
  }
  return found;
}

function given(value: MathValue | undefined): MathValue {
  if (value === undefined) throw new MetricMathError('A parameter is missing.');
  return value;
}

function listOf(value: MathValue, name: string): readonly TimeSeries[] {
  if (value.kind === 'list') return value.list;
  if (value.kind === 'series') return [value.series];
  throw new MetricMathError(`${name} takes an array of time series, not ${describe(value)}.`);
}

function numberOf(value: MathValue, name: string): number {
  if (value.kind === 'scalar') return value.value;
  throw new MetricMathError(`${name} takes a number here, not ${describe(value)}.`);
}

function wordOf(value: MathValue): string {
  if (value.kind === 'keyword') return value.name;
  throw new MetricMathError(`Expected a word such as AVG or DESC, not ${describe(value)}.`);
}
