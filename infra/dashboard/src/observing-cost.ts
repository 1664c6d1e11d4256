import { LIST_PRICES, usdPer, type Usage } from '@blogapp/aws-prices';
import { CATALOGUE, type MetricDefinition } from '@blogapp/observability';
import { parseTemplate } from './template.ts';

/** The table in `docs/observability.md` is between these two lines. */
export const COST_TABLE_START = '<!-- cost: made by infra/dashboard -->';
export const COST_TABLE_END = '<!-- end of cost -->';

/** What one stack does in a month. */
export interface MonthOfUse {
  readonly requests: number;
  readonly connections: number;
  readonly comments: number;
  /** How many recipients a comment's event has. */
  readonly readers: number;
}

interface Size extends MonthOfUse {
  readonly name: string;
}

const SIZES: readonly Size[] = [
  { name: 'small', requests: 100_000, connections: 50_000, comments: 2_000, readers: 20 },
  { name: 'medium', requests: 10_000_000, connections: 2_000_000, comments: 200_000, readers: 200 },
  {
    name: 'large',
    requests: 300_000_000,
    connections: 30_000_000,
    comments: 5_000_000,
    readers: 2_000,
  },
];

/** How many values a dimension has in this stack. */
const VALUES: Readonly<Record<string, number>> = {
  action: 5,
  function_name: 8,
  stream: 2,
  // The routes of the REST API, with `no route`.
  route: 20,
};

/**
 * Bytes of log lines, with the 26 that CloudWatch Logs counts for each: measured in a run of the
 * end-to-end tests on sam-offline. They include Lambda's START, END and REPORT lines, and the
 * gateways' lines.
 */
const BYTES = {
  request: 1_550,
  // A connection has $connect, $disconnect, one subscribe and three pings.
  connection: 7_600,
  // A comment has the stream's batch and two broadcasts: of the comment, and of its post's counts.
  comment: 3_400,
  // Each further value of the distribution of latencies.
  latencyValue: 8,
};
/** The most values of a broadcast's latencies: steps of 1.6 % up to some seconds. */
const MAX_LATENCY_VALUES = 200;

/** The share of requests that X-Ray's default rule samples: about one in twenty. */
const TRACED_SHARE = 0.05;
/** How many invocations a connection and a comment cause; each may begin a trace. */
const INVOCATIONS = { connection: 6, comment: 1 };

const GIGABYTE = 1024 ** 3;

/**
 * The number of custom metrics by CloudWatch's rule: each combination of dimensions counts as one.
 */
export function customMetrics(): number {
  return Object.values<MetricDefinition>(CATALOGUE).reduce(
    (sum, { services, dimensions = [] }) =>
      sum +
      dimensions.reduce(
        (product, dimension) => product * (VALUES[dimension] ?? 1),
        dimensions.includes('function_name') ? 1 : services.length,
      ),
    0,
  );
}

interface Alarm {
  readonly Type: string;
  readonly Properties?: { readonly Metrics?: readonly { readonly MetricStat?: unknown }[] };
}

/** The usage of a month of observing: logs, traces, metrics, alarms and the dashboard. */
export function observingUsage(month: MonthOfUse, template: string): Usage {
  const { alarmMetrics, composites } = countAlarms(template);
  return {
    customMetricMonth: customMetrics(),
    alarmMetricMonth: alarmMetrics,
    compositeAlarmMonth: composites.length,
    dashboardMonth: 1,
    logGigabyte: gigabytesOf(month),
    recordedTrace: tracesOf(month),
  };
}

function countAlarms(template: string): {
  readonly alarms: readonly Alarm[];
  readonly composites: readonly Alarm[];
  readonly alarmMetrics: number;
} {
  const resources = Object.values(parseTemplate(template).Resources as Record<string, Alarm>);
  const alarms = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const alarmMetrics = alarms.reduce((sum, { Properties }) => {
    const { Metrics } = Properties ?? {};
    return sum + (Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1);
  }, 0);
  const composites = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm');
  return { alarms, composites, alarmMetrics };
}

/** The cost of a month of observing at three sizes, as a Markdown table. */
export function costTable(template: string): string {
  const { alarms, composites, alarmMetrics } = countAlarms(template);
  const fixed: [string, number][] = [
    [`${customMetrics()} metrics`, customMetrics() * usdPer('customMetricMonth')],
    [
      `${alarms.length} alarms on ${alarmMetrics} metrics`,
      alarmMetrics * usdPer('alarmMetricMonth'),
    ],
    [`${composites.length} composite alarms`, composites.length * usdPer('compositeAlarmMonth')],
    ['1 dashboard', usdPer('dashboardMonth')],
  ];
  const rows: [string, ...number[]][] = [
    ...fixed.map(([name, usd]): [string, ...number[]] => [name, ...SIZES.map(() => usd)]),
    ['logs, ingested', ...SIZES.map((size) => gigabytesOf(size) * usdPer('logGigabyte'))],
    ['traces', ...SIZES.map((size) => tracesOf(size) * usdPer('recordedTrace'))],
  ];
  const sums = SIZES.map((_, index) =>
    rows.reduce((sum, [, ...costs]) => sum + (costs[index] ?? 0), 0),
  );
  return [
    `US dollars a month; list prices of ${LIST_PRICES.region}, ${LIST_PRICES.lookedUp} (\`libs/aws-prices\`), without free tiers.`,
    '',
    ['', ...SIZES.map(({ name }) => name)],
    ['---', ...SIZES.map(() => '---:')],
    ['requests of the REST API', ...SIZES.map(({ requests }) => amount(requests))],
    ['connections', ...SIZES.map(({ connections }) => amount(connections))],
    ['comments', ...SIZES.map(({ comments }) => amount(comments))],
    ['readers of a comment', ...SIZES.map(({ readers }) => amount(readers))],
    ['log lines (GB)', ...SIZES.map((size) => gigabytesOf(size).toFixed(1))],
    ...rows.map(([name, ...costs]) => [name, ...costs.map((usd) => usd.toFixed(2))]),
    ['**all**', ...sums.map((usd) => `**${usd.toFixed(2)}**`)],
  ]
    .map((line) => (typeof line === 'string' ? line : `| ${line.join(' | ')} |`))
    .join('\n');
}

function gigabytesOf({ requests, connections, comments, readers }: MonthOfUse): number {
  const ofComment = BYTES.comment + BYTES.latencyValue * Math.min(readers, MAX_LATENCY_VALUES);
  return (
    (requests * BYTES.request + connections * BYTES.connection + comments * ofComment) / GIGABYTE
  );
}

function tracesOf({ requests, connections, comments }: MonthOfUse): number {
  const invocations =
    requests + connections * INVOCATIONS.connection + comments * INVOCATIONS.comment;
  return invocations * TRACED_SHARE;
}

function amount(number: number): string {
  return number.toLocaleString('en-US');
}
