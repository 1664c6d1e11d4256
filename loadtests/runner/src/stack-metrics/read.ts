import type { StackMetric, StackMetrics } from '../record/index.ts';
import type { MetricName, MetricsSource } from './source.ts';
import { describeError } from '../text/index.ts';

export interface MetricsQuestion {
  /** The range, in seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /**
   * The period in seconds: 1, 5, 10, 30 or a multiple of 60, as CloudWatch takes it. Values below
   * 60 need metrics that are kept so.
   */
  readonly periodSeconds: number;
  /** The beginning of the names of the stack's resources. Labels leave it out. */
  readonly stackName?: string;
  /** The ids of its APIs, whose names differ. */
  readonly apiIds: readonly string[];
  /** Whether there may be metrics of other stacks, as in an AWS account. */
  readonly isShared: boolean;
  /** The namespace of the functions' own metrics. */
  readonly ownNamespace: string;
}

/** A metric of AWS that a report shows, with its dimension and its statistic. */
interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly dimension: string;
  readonly statistic: string;
  readonly unit: string;
}

const wanted = (
  namespace: string,
  dimension: string,
  metrics: Readonly<Record<string, readonly [statistic: string, unit: string]>>,
): Wanted[] =>
  Object.entries(metrics).map(([name, [statistic, unit]]) => ({
    ...{ namespace, name, dimension, statistic, unit },
  }));

/** The units, as CloudWatch documents them. */
const WANTED: readonly Wanted[] = [
  ...wanted('AWS/Lambda', 'FunctionName', {
    Invocations: ['Sum', 'Count'],
    ConcurrentExecutions: ['Maximum', 'Count'],
    Duration: ['p99', 'Milliseconds'],
    Errors: ['Sum', 'Count'],
    Throttles: ['Sum', 'Count'],
    IteratorAge: ['Maximum', 'Milliseconds'],
  }),
  ...wanted('AWS/SQS', 'QueueName', {
    ApproximateAgeOfOldestMessage: ['Maximum', 'Seconds'],
    ApproximateNumberOfMessagesVisible: ['Maximum', 'Count'],
  }),
  ...wanted('AWS/ApiGateway', 'ApiId', {
    ConnectCount: ['Sum', 'Count'],
    MessageCount: ['Sum', 'Count'],
    ClientError: ['Sum', 'Count'],
    ExecutionError: ['Sum', 'Count'],
    IntegrationError: ['Sum', 'Count'],
    IntegrationLatency: ['p99', 'Milliseconds'],
    Count: ['Sum', 'Count'],
    Latency: ['p99', 'Milliseconds'],
    '4xx': ['Sum', 'Count'],
    '5xx': ['Sum', 'Count'],
  }),
];

/**
 * The metrics of the functions themselves. Counts are added, and all others are distributions.
 * CloudWatch's responses do not have their units.
 */
const ofOwn = ({ name }: MetricName): string =>
  /(Latency|Duration|Spread|Time|Age|Lag|Ms)$/.test(name) ? 'p99' : 'Sum';

/**
 * Reads CloudWatch's metrics of a stack for the time of a run. It never throws: an error is in the
 * result, and is shown in the place of the metrics.
 */
export async function readStackMetrics(
  source: MetricsSource,
  question: MetricsQuestion,
): Promise<StackMetrics> {
  try {
    const queries = await findMetrics(source, question);
    const { from, to, periodSeconds } = question;
    // A period is named by its start, so the first one may begin before the run.
    const start = Math.floor(from / periodSeconds) * periodSeconds;
    const results = await source.read(queries, {
      from: start,
      to: to + periodSeconds,
      periodSeconds,
    });
    const series = queries.flatMap((query, index): StackMetric[] => {
      const { times = [], values = [] } = results[index] ?? {};
      const { namespace, name, statistic, unit, of } = query;
      return times.length === 0 ? [] : [{ namespace, name, statistic, unit, of, times, values }];
    });
    return { source: source.name, periodSeconds, series: withoutSilent(series) };
  } catch (error) {
    return { unavailable: `${source.name} failed with ${describeError(error)}` };
  }
}

type Found = MetricName & {
  readonly statistic: string;
  readonly unit: string;
  readonly of: string;
};

async function findMetrics(source: MetricsSource, question: MetricsQuestion): Promise<Found[]> {
  const { ownNamespace } = question;
  const namespaces = [...new Set(WANTED.map(({ namespace }) => namespace))];
  const lists = await Promise.all([...namespaces, ownNamespace].map((one) => source.list(one)));
  return lists.flat().flatMap((metric): Found[] => {
    if (!isOfStack(metric, question)) return [];
    if (metric.namespace === ownNamespace) {
      return [{ ...metric, statistic: ofOwn(metric), unit: 'None', of: labelOf(metric, question) }];
    }
    const known = WANTED.find(
      ({ namespace, name, dimension }) =>
        namespace === metric.namespace &&
        name === metric.name &&
        Object.keys(metric.dimensions).join() === dimension,
    );
    if (known === undefined) return [];
    const { statistic, unit } = known;
    return [{ ...metric, statistic, unit, of: labelOf(metric, question) }];
  });
}

function isOfStack({ namespace, dimensions }: MetricName, question: MetricsQuestion): boolean {
  const { stackName, apiIds, isShared, ownNamespace } = question;
  if (!isShared || stackName === undefined) return true;
  const names = Object.entries(dimensions)
    .filter(([key]) => /name$|^ApiId$/i.test(key))
    .map(([, value]) => value);
  if (namespace === ownNamespace && names.length === 0) return true;
  return names.some((value) => value.startsWith(`${stackName}-`) || apiIds.includes(value));
}

/**
 * The resource of a metric, without the beginning that all names of the stack have. The functions'
 * own metrics have the environment among their dimensions, which is the same for all.
 */
function labelOf({ dimensions }: MetricName, { stackName }: MetricsQuestion): string {
  const { function_name: ofFunction, environment: _, ...others } = dimensions;
  const values = ofFunction === undefined ? Object.values(others) : [ofFunction];
  const short = values.map((value) =>
    stackName !== undefined && value.startsWith(`${stackName}-`)
      ? value.slice(stackName.length + 1)
      : value,
  );
  return short.length === 0 ? 'all' : short.join(' · ');
}

/** Removes the series that are zero all the time, except one of each metric, which shows that. */
function withoutSilent(series: readonly StackMetric[]): StackMetric[] {
  const isSilent = ({ values }: StackMetric): boolean => values.every((value) => value === 0);
  const groups = Map.groupBy(series, ({ namespace, name }) => `${namespace} ${name}`);
  return [...groups.values()].flatMap((group) => {
    const heard = group.filter((one) => !isSilent(one));
    if (heard.length > 0) return heard;
    const [first] = group;
    return first === undefined ? [] : [{ ...first, of: group.length === 1 ? first.of : 'all' }];
  });
}
