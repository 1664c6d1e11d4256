import type { Insights, MetricId } from '../insights/index.ts';
import type { MathContext } from './context.ts';
import { MetricMathError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { type Expression, type FunctionCall, partsOf } from './expression.ts';
import { parseExpression } from './parse.ts';
import { parseSearch } from './search.ts';
import { describe, type MathValue, seriesValue, type TimeSeries } from './values.ts';

/**
 * A metric with a statistic, or an expression, in the form that `GetMetricData` and alarms have.
 */
export interface MetricDataQuery {
  /** The id, which starts with a lowercase letter. Expressions refer to it. */
  readonly id: string;
  readonly metricStat?: MetricStat | undefined;
  readonly expression?: string | undefined;
  readonly label?: string | undefined;
  /**
   * The period of an expression that searches, in seconds. The period of other expressions follows
   * from their metrics.
   */
  readonly periodSeconds?: number | undefined;
  /** False for a query whose values only other expressions use. */
  readonly returnData: boolean;
}

export interface MetricStat extends MetricId {
  readonly periodSeconds: number;
  /** `Sum`, `p99` … */
  readonly stat: string;
  readonly unit?: string | undefined;
}

export interface MetricDataRange {
  /** ms since 1970, included. It is moved back to the start of its period. */
  readonly startMs: number;
  /** ms since 1970, excluded. */
  readonly endMs: number;
  /** The present time, in ms since 1970. `FILL` and `TIME_SERIES` have no values after it. */
  readonly nowMs: number;
  /**
   * A time at which a period starts, in ms since 1970. If absent, periods start at multiples of
   * their length.
   */
  readonly originMs?: number | undefined;
}

export interface MetricDataResult {
  readonly query: MetricDataQuery;
  readonly series: TimeSeries;
}

/** The store that metrics are read from. */
export type MetricSource = Pick<Insights['metrics'], 'list' | 'query'>;

/** The most metrics that `SEARCH` finds. */
const MAXIMUM_SEARCHED = 500;
const DEFAULT_PERIOD_SECONDS = 300;
const ID = /^[a-z]\w*$/;

/**
 * Reads metrics and evaluates the expressions on them, as `GetMetricData` does. An expression whose
 * value is an array has one result for each of its series.
 *
 * @throws MetricMathError for an expression that CloudWatch would refuse, and StatisticError
 */
export async function evaluateMetricData(
  queries: readonly MetricDataQuery[],
  range: MetricDataRange,
  source: MetricSource,
): Promise<MetricDataResult[]> {
  checkIds(queries);
  const expressions = new Map(
    queries.flatMap(({ id, expression }) =>
      expression === undefined ? [] : [[id, inExpression(id, () => parseExpression(expression))]],
    ),
  );
  const metrics = await Promise.all(
    queries.flatMap(({ id, label, metricStat }) =>
      metricStat === undefined
        ? []
        : [
            readMetric(metricStat, range, source).then((series) => ({
              id,
              series: { ...series, label: label ?? series.label },
            })),
          ],
    ),
  );
  const periods = new Periods(queries, expressions);
  const searched = new Map<FunctionCall, readonly TimeSeries[]>();
  for (const [id, expression] of expressions) {
    for (const part of partsOf(expression)) {
      if (part.kind !== 'call' || part.name !== 'SEARCH') continue;
      const search = inExpression(id, () => readSearchCall(part, periods.of(id)));
      searched.set(part, await runSearch(search, range, source));
    }
  }

  const values = new Map<string, MathValue>(
    metrics.map(({ id, series }) => [id, seriesValue(series)]),
  );
  const underway = new Set<string>();
  const valueOf = (id: string): MathValue => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const expression = expressions.get(id);
    if (expression === undefined)
      throw new MetricMathError(`There is no metric with the id "${id}".`);
    if (underway.has(id)) throw new MetricMathError(`The expression "${id}" refers to itself.`);
    underway.add(id);
    const value = inExpression(id, () => evaluate(expression, contextOf(id)));
    values.set(id, value);
    return value;
  };
  const contextOf = (id: string): MathContext => ({
    ...{ metrics, searched, resolve: valueOf, periodSeconds: periods.of(id) },
    times: (periodSeconds) => timesOf(range, periodSeconds),
  });

  return queries
    .filter(({ returnData }) => returnData)
    .flatMap((query) => {
      const value = valueOf(query.id);
      if (value.kind === 'series') {
        const { label = named(value.series, query).label } = query;
        return [{ query, series: { ...value.series, label } }];
      }
      if (value.kind === 'list')
        return value.list.map((series) => ({ query, series: named(series, query) }));
      throw new MetricMathError(
        `Error in expression '${query.id}': it gives ${describe(value)}, and a time series is expected.`,
      );
    });
}

function checkIds(queries: readonly MetricDataQuery[]): void {
  const seen = new Set<string>();
  for (const { id, metricStat, expression } of queries) {
    if (!ID.test(id)) {
      throw new MetricMathError(
        `The id "${id}" is not valid: it starts with a lowercase letter and has letters, digits and "_".`,
      );
    }
    if (seen.has(id)) throw new MetricMathError(`The id "${id}" is used more than once.`);
    seen.add(id);
    if ((metricStat === undefined) === (expression === undefined)) {
      throw new MetricMathError(`The query "${id}" needs either MetricStat or Expression.`);
    }
  }
}

/** Adds to an error the expression in which it occurred. */
function inExpression<Result>(id: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MetricMathError) || error.message.startsWith('Error in expression')) {
      throw error;
    }
    throw new MetricMathError(`Error in expression '${id}': ${error.message}`);
  }
}

function named(series: TimeSeries, { id, expression }: MetricDataQuery): TimeSeries {
  return series.label === '' && expression !== undefined ? { ...series, label: id } : series;
}

async function readMetric(
  { stat, unit, periodSeconds, ...metric }: MetricStat,
  range: MetricDataRange,
  source: MetricSource,
): Promise<TimeSeries> {
  const found = await source.query({
    ...{ namespace: metric.namespace, name: metric.name, dimensions: metric.dimensions },
    ...{ periodSeconds, statistics: [stat], unit },
    ...{ startMs: firstPeriodOf(range, periodSeconds), endMs: range.endMs },
    originMs: range.originMs,
  });
  const points = new Map<number, number>();
  for (const { timestampMs, statistics } of found) {
    const value = statistics[stat];
    if (value !== undefined) points.set(timestampMs, value);
  }
  return { label: metric.name, periodSeconds, points, metric: { ...metric, stat } };
}

interface Search {
  readonly text: string;
  readonly stat: string;
  readonly periodSeconds: number;
}

function readSearchCall({ parameters }: FunctionCall, defaultPeriod: number): Search {
  const [text, stat, period] = parameters;
  if (text?.kind !== 'string' || stat?.kind !== 'string' || parameters.length > 3) {
    throw new MetricMathError(
      "SEARCH takes a search, a statistic and, if wanted, a period in seconds: SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 60).",
    );
  }
  if (period !== undefined && period.kind !== 'number') {
    throw new MetricMathError('SEARCH takes its period as a number of seconds.');
  }
  parseSearch(text.value);
  return { text: text.value, stat: stat.value, periodSeconds: period?.value ?? defaultPeriod };
}

async function runSearch(
  { text, stat, periodSeconds }: Search,
  range: MetricDataRange,
  source: MetricSource,
): Promise<TimeSeries[]> {
  const isWanted = parseSearch(text);
  const found = (await source.list())
    .filter(isWanted)
    .map((metric) => ({ metric, label: Object.values(metric.dimensions).join(' ') }))
    .sort((a, b) => (`${a.metric.name} ${a.label}` < `${b.metric.name} ${b.label}` ? -1 : 1))
    .slice(0, MAXIMUM_SEARCHED);
  const names = new Set(found.map(({ metric }) => metric.name));
  return Promise.all(
    found.map(async ({ metric: { namespace, name, dimensions }, label }) => {
      const metric = { namespace, name, dimensions, periodSeconds, stat };
      const series = await readMetric(metric, range, source);
      const parts = [label, ...(names.size > 1 || label === '' ? [name] : [])];
      return { ...series, label: parts.filter((part) => part !== '').join(' ') };
    }),
  );
}

/**
 * The period of each query, in seconds. A metric has its own period, and an expression has the
 * longest one of its parts.
 */
class Periods {
  readonly #queries: ReadonlyMap<string, MetricDataQuery>;
  readonly #expressions: ReadonlyMap<string, Expression>;
  readonly #known = new Map<string, number>();
  readonly #default: number;

  constructor(queries: readonly MetricDataQuery[], expressions: ReadonlyMap<string, Expression>) {
    this.#queries = new Map(queries.map((query) => [query.id, query]));
    this.#expressions = expressions;
    const all = queries.flatMap(({ metricStat }) => metricStat?.periodSeconds ?? []);
    this.#default = all.length === 0 ? DEFAULT_PERIOD_SECONDS : Math.max(...all);
  }

  of(id: string): number {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    // If the expression refers to itself, the search ends here. The evaluation reports the error.
    this.#known.set(id, 0);
    const query = this.#queries.get(id);
    const period = query?.metricStat?.periodSeconds ?? query?.periodSeconds ?? this.#ofParts(id);
    this.#known.set(id, period);
    return period;
  }

  #ofParts(id: string): number {
    const expression = this.#expressions.get(id);
    const periods = [...(expression === undefined ? [] : partsOf(expression))].flatMap((part) => {
      if (part.kind === 'id' && this.#queries.has(part.name)) return [this.of(part.name)];
      const period =
        part.kind === 'call' && part.name === 'SEARCH' ? part.parameters[2] : undefined;
      return period?.kind === 'number' ? [period.value] : [];
    });
    return Math.max(0, ...periods) || this.#default;
  }
}

/** The start of the period in which the range starts. */
function firstPeriodOf({ startMs, originMs = 0 }: MetricDataRange, periodSeconds: number): number {
  const periodMs = periodSeconds * 1000;
  return Math.floor((startMs - originMs) / periodMs) * periodMs + originMs;
}

function timesOf(range: MetricDataRange, periodSeconds: number): number[] {
  const times: number[] = [];
  let time = firstPeriodOf(range, periodSeconds);
  while (time < range.endMs && time <= range.nowMs) {
    times.push(time);
    time += periodSeconds * 1000;
  }
  return times;
}
