import type { AlarmQuery, MetricAlarm } from '../model.ts';
import { dimension, metric, metricDataQuery, metricStat } from '../properties/index.ts';
import type { Reader } from '../reader.ts';

type Queries = Pick<MetricAlarm, 'queries' | 'isMath' | 'periodSeconds'>;

const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
const period = { unit: 'seconds', minimum: 1, maximum: 604_800 };
/** The id of the query for a single metric. */
const ONLY_ID = 'm1';

/** Reads the metrics of an alarm: `MetricName` and the properties for it, or `Metrics`. */
export function alarmQueriesOf(properties: Reader): Queries | undefined {
  if (properties.has('Metrics')) {
    if (properties.has('MetricName')) {
      properties.expected('MetricName', 'no metric beside Metrics');
      return undefined;
    }
    return mathOf(properties);
  }
  const namespace = properties.requiredText('Namespace');
  const name = properties.requiredText('MetricName', 'a metric, or Metrics');
  properties.requiredText('Period', 'a number of seconds');
  const periodSeconds = periodOf(properties);
  const stat = properties.oneOf('Statistic', statistics) ?? properties.text('ExtendedStatistic');
  if (stat === undefined) properties.requiredText('Statistic', 'a statistic, or ExtendedStatistic');
  const unit = properties.text('Unit');
  if (
    namespace === undefined ||
    name === undefined ||
    periodSeconds === undefined ||
    stat === undefined
  ) {
    return undefined;
  }
  const dimensions = dimensionsOf(properties);
  const metricStatOfAlarm = {
    ...{ namespace, name, dimensions, periodSeconds, stat },
    ...(unit !== undefined && { unit }),
  };
  const queries = [{ id: ONLY_ID, metricStat: metricStatOfAlarm, returnData: true }];
  return { queries, isMath: false, periodSeconds };
}

function mathOf(properties: Reader): Queries | undefined {
  const written = properties.maps('Metrics') ?? [];
  const queries = written.flatMap((each): AlarmQuery[] => {
    const query = queryOf(each.check(metricDataQuery));
    return query === undefined ? [] : [query];
  });
  // Queries that could not be read were already reported.
  if (queries.length < written.length || queries.length === 0) return undefined;
  const returned = queries.filter(({ returnData }) => returnData);
  if (returned.length !== 1) {
    properties.diagnostics.error(
      properties.at('Metrics'),
      `expected ReturnData: false for all queries but one, got ${returned.length} that return data`,
    );
    return undefined;
  }
  const periods = new Set(
    queries.flatMap((query) => query.metricStat?.periodSeconds ?? query.periodSeconds ?? []),
  );
  const [periodSeconds] = periods;
  if (periodSeconds === undefined || periods.size > 1) {
    properties.diagnostics.error(
      properties.at('Metrics'),
      `expected one period for all queries, got ${[...periods].join(', ') || 'none'}`,
    );
    return undefined;
  }
  return { queries, isMath: true, periodSeconds };
}

function queryOf(properties: Reader): AlarmQuery | undefined {
  const id = properties.requiredText('Id', 'an id that starts with a lowercase letter');
  const label = properties.text('Label');
  const expression = properties.text('Expression');
  const stat = properties.map('MetricStat')?.check(metricStat);
  const statOfQuery = stat && metricStatOf(stat);
  if ((expression === undefined) === (stat === undefined)) {
    properties.diagnostics.error(properties.path, 'expected either MetricStat or Expression');
    return undefined;
  }
  if (id === undefined || (stat !== undefined && statOfQuery === undefined)) return undefined;
  const periodSeconds = periodOf(properties);
  return {
    id,
    ...(label !== undefined && { label }),
    ...(expression !== undefined && { expression }),
    ...(statOfQuery !== undefined && { metricStat: statOfQuery }),
    ...(periodSeconds !== undefined && { periodSeconds }),
    returnData: properties.boolean('ReturnData') ?? true,
  };
}

function metricStatOf(properties: Reader): AlarmQuery['metricStat'] {
  const of = properties.map('Metric')?.check(metric);
  if (of === undefined) properties.requiredText('Metric', 'a metric');
  const namespace = of?.requiredText('Namespace');
  const name = of?.requiredText('MetricName');
  const stat = properties.requiredText('Stat', 'a statistic');
  properties.requiredText('Period', 'a number of seconds');
  const periodSeconds = periodOf(properties);
  const unit = properties.text('Unit');
  if (
    of === undefined ||
    namespace === undefined ||
    name === undefined ||
    stat === undefined ||
    periodSeconds === undefined
  ) {
    return undefined;
  }
  const dimensions = dimensionsOf(of);
  return { namespace, name, dimensions, periodSeconds, stat, ...(unit !== undefined && { unit }) };
}

function dimensionsOf(properties: Reader): Record<string, string> {
  const dimensions: Record<string, string> = {};
  for (const each of properties.maps('Dimensions') ?? []) {
    const name = each.check(dimension).requiredText('Name');
    const value = each.requiredText('Value');
    if (name !== undefined && value !== undefined) dimensions[name] = value;
  }
  return dimensions;
}

function periodOf(properties: Reader): number | undefined {
  const seconds = properties.number('Period', period);
  if (seconds === undefined || seconds % 60 === 0 || [10, 20, 30].includes(seconds)) return seconds;
  properties.expected('Period', '10, 20, 30, or a multiple of 60 seconds');
  return undefined;
}
