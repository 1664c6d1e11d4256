import type { LoadRecord, StackMetric } from '../record/index.ts';
import type { Axis } from './time-axis.ts';
import type { LineChartView, Section } from './view.ts';

/**
 * The metrics of the stack that are shown, in this order, if CloudWatch has them. Other metrics
 * follow by name.
 */
const KNOWN: Readonly<Record<string, readonly [title: string, help: string]>> = {
  'AWS/Lambda Invocations': ['Invocations', 'By function, in each period.'],
  'AWS/Lambda ConcurrentExecutions': ['Concurrent executions', 'The most at once, by function.'],
  'AWS/Lambda Duration': ['Duration of invocations', 'The 99th percentile, by function.'],
  'BlogApp ColdStart': ['Cold starts', 'By function.'],
  'AWS/Lambda Errors': ['Invocations that failed', 'By function.'],
  'AWS/Lambda Throttles': ['Throttled invocations', 'By function: the concurrency was used up.'],
  'AWS/Lambda IteratorAge': ['Iterator age', 'How far a stream’s reader is behind, at most.'],
  'AWS/SQS ApproximateAgeOfOldestMessage': ['Queue age', 'How long the oldest message has waited.'],
  'AWS/SQS ApproximateNumberOfMessagesVisible': ['Messages waiting', 'By queue.'],
  'AWS/ApiGateway ConnectCount': ['WebSocket connections opened', 'As API Gateway counts them.'],
  'AWS/ApiGateway MessageCount': [
    'WebSocket messages',
    'In either direction, as API Gateway counts them.',
  ],
  'AWS/ApiGateway IntegrationLatency': ['Integration latency', 'The 99th percentile, by API.'],
  'AWS/ApiGateway Count': ['Requests', 'By API.'],
  'AWS/ApiGateway Latency': ['Latency of requests', 'The 99th percentile, by API.'],
  'AWS/ApiGateway 4xx': ['Requests refused (4xx)', 'By API.'],
  'AWS/ApiGateway 5xx': ['Requests failed (5xx)', 'By API.'],
};

/** The stack's metrics on the time axis of the run, or the reason why they could not be read. */
export function stackSection({ stack }: LoadRecord, axis: Axis): Section {
  const section = {
    ...{ id: 'stack', title: 'The stack', tables: [] },
    help: 'CloudWatch’s metrics of the stack, on the same axis of time as everything above.',
  };
  if (stack === undefined) {
    const missing =
      'The stack’s metrics were not read: the run was made by Artillery alone. `nx run loadtests:<scenario>` reads them.';
    return { ...section, charts: [], missing };
  }
  const { metrics } = stack;
  if ('unavailable' in metrics) {
    return {
      ...section,
      charts: [],
      missing: `CloudWatch could not be read: ${metrics.unavailable}`,
    };
  }
  const groups = Map.groupBy(metrics.series, ({ namespace, name }) => `${namespace} ${name}`);
  const names = [
    ...Object.keys(KNOWN).filter((name) => groups.has(name)),
    ...[...groups.keys()].filter((name) => KNOWN[name] === undefined).toSorted(),
  ];
  return {
    ...section,
    help: `${section.help} Read from ${metrics.source} in periods of ${metrics.periodSeconds} s.`,
    charts: names.map((name) => chartOf(name, groups.get(name) ?? [], axis)),
    ...(names.length === 0 && {
      missing: 'CloudWatch has no metric of this stack for the time of the run.',
    }),
  };
}

function chartOf(name: string, series: readonly StackMetric[], axis: Axis): LineChartView {
  const times = [...new Set(series.flatMap((one) => one.times))].toSorted((a, b) => a - b);
  const [title, help] = KNOWN[name] ?? [name, `${series[0]?.statistic ?? ''} by what it is of.`];
  const [first] = series;
  return {
    ...{ kind: 'lines', title, help, unit: unitOf(first), ...axis },
    ...{ palette: 'distinct', scale: 'linear', times },
    series: series.map(({ of, times: own, values }) => {
      const byTime = new Map(own.map((time, index) => [time, values[index]]));
      return { label: of, values: times.map((time) => byTime.get(time) ?? null) };
    }),
  };
}

const UNITS: Readonly<Record<string, string>> = {
  Milliseconds: 'ms',
  Seconds: 's',
  Percent: '%',
  Bytes: 'B',
};

function unitOf(series: StackMetric | undefined): string {
  return UNITS[series?.unit ?? ''] ?? '';
}
