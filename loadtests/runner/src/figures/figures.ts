import {
  checkSums,
  counterNames,
  gaugeNames,
  metricNames,
  Sketch,
  type LedgerSums,
} from 'artillery-engine-websocket-push/run-record';
import type { LoadRecord } from '../record/index.ts';

/**
 * A figure of a run. Objectives limit it, the report shows it first, and runs are compared by it.
 */
export interface Figure {
  /** The name in `objectives.yaml`: `deliveryP99Ms`. */
  readonly key: string;
  readonly label: string;
  readonly unit: 'ms' | '%' | '/s' | 'MiB' | '';
  readonly better: 'lower' | 'higher';
  /** `speed` depends on the machine and on its noise, `correctness` does not. */
  readonly kind: 'speed' | 'correctness';
  /** The run's value. Undefined if the run does not have it. */
  read(record: LoadRecord): number | undefined;
  /** The metric and the share, if the figure is a quantile. Its windows can then be resampled. */
  readonly quantile?: { readonly metric: string; readonly share: number };
}

const LATENCIES = [
  ['handshake', 'handshake', metricNames.handshake],
  ['subscribed', 'time to subscribed', metricNames.subscribed],
  ['delivery', 'delivery', metricNames.delivery],
  ['firstReader', 'first reader of a message', metricNames.spreadFirst],
  ['medianReader', 'median reader of a message', metricNames.spreadMedian],
  ['lastReader', 'last reader of a message', metricNames.spreadLast],
  ['echo', 'echo round trip', metricNames.echo],
  ['publish', 'publishing request', metricNames.publish],
  ['gap', 'gap over a reconnect', metricNames.gap],
  ['catchUp', 'catch-up after a reconnect', metricNames.catchUp],
  ['generatorLag', 'the generator’s own lag', metricNames.lag],
  ['generatorStall', 'the generator’s stalls', metricNames.stall],
] as const;

const SHARES = [
  ['P50', 'median', 0.5],
  ['P90', 'p90', 0.9],
  ['P95', 'p95', 0.95],
  ['P99', 'p99', 0.99],
  ['P999', 'p99.9', 0.999],
  ['Max', 'maximum', 1],
] as const;

const latencies = LATENCIES.flatMap(([key, label, metric]) =>
  SHARES.map(([suffix, name, share]): Figure => ({
    key: `${key}${suffix}Ms`,
    label: `${label}, ${name}`,
    unit: 'ms',
    better: 'lower',
    kind: 'speed',
    quantile: { metric, share },
    read(record) {
      const total = record.metrics[metric]?.total;
      if (total === undefined || total.count === 0) return undefined;
      return Sketch.decode(total).quantile(share);
    },
  })),
);

const LEDGER: readonly (readonly [Exclude<keyof LedgerSums, 'examples'>, string])[] = [
  ['missed', 'messages missed'],
  ['repeats', 'messages repeated'],
  ['reordered', 'messages out of order'],
  ['late', 'messages later than the limit'],
  ['unknown', 'messages nobody published'],
  ['corrupt', 'messages corrupted'],
  ['altered', 'messages that differ between readers'],
  ['refused', 'messages refused by the server'],
  ['unconfirmed', 'messages not confirmed by the server'],
];

const ledger = LEDGER.map(([key, label]): Figure => ({
  ...{ key, label, unit: '', better: 'lower', kind: 'correctness' },
  read: (record) => record.ledger[key] ?? 0,
}));

const lower = (
  key: string,
  label: string,
  unit: Figure['unit'],
  kind: Figure['kind'],
  read: Figure['read'],
): Figure => ({ key, label, unit, better: 'lower', kind, read });
const higher = (
  key: string,
  label: string,
  unit: Figure['unit'],
  kind: Figure['kind'],
  read: Figure['read'],
): Figure => ({ key, label, unit, better: 'higher', kind, read });

/** All figures, in the order in which reports show them. */
export const FIGURES: readonly Figure[] = [
  ...latencies,
  higher('received', 'messages received', '', 'correctness', ({ ledger: sums }) => sums.received),
  higher(
    'published',
    'messages published',
    '',
    'correctness',
    ({ ledger: sums }) => sums.published,
  ),
  higher(
    'readers',
    'readers that subscribed',
    '',
    'correctness',
    ({ ledger: sums }) => sums.readers,
  ),
  ...ledger,
  lower(
    'sumsWrong',
    'ledger sums that do not add up',
    '',
    'correctness',
    ({ ledger: sums }) => checkSums(sums).length,
  ),
  lower('errors', 'errors', '', 'correctness', errorCount),
  lower('errorPercent', 'errors, of all that was tried', '%', 'correctness', errorPercent),
  lower('connectionsLost', 'connections lost', '', 'correctness', countOf(counterNames.lost)),
  lower(
    'connectionsRefused',
    'connections refused',
    '',
    'correctness',
    countOf(counterNames.refused),
  ),
  lower('rowsLeft', 'rows of connections left', '', 'correctness', ({ stack }) => stack?.rowsLeft),
  higher(
    'connectionsOpened',
    'connections opened',
    '',
    'correctness',
    countOf(counterNames.opened),
  ),
  higher('openConnections', 'connections open at once', '', 'correctness', (record) =>
    peakOf(record, gaugeNames.open),
  ),
  higher('receivedPerSecond', 'messages received a second', '/s', 'speed', (record) =>
    perSecond(record.ledger.received, record),
  ),
  lower('generatorMemoryMiB', 'the generator’s peak memory', 'MiB', 'speed', ({ machines }) =>
    machines.length === 0 ? undefined : Math.max(...machines.map(({ peakMemory }) => peakMemory)),
  ),
];

const byKey = new Map(FIGURES.map((figure) => [figure.key, figure]));

/** The figure with this key. Undefined if there is none. */
export function findFigure(key: string): Figure | undefined {
  return byKey.get(key);
}

function errorCount({ errors }: LoadRecord): number {
  return Object.values(errors).reduce((sum, { count }) => sum + count, 0);
}

/**
 * The number of all attempts: connections, messages to be published, awaited echoes, and requests.
 */
function errorPercent(record: LoadRecord): number | undefined {
  const { published, refused, unconfirmed } = record.ledger;
  const errors = errorCount(record);
  const succeeded =
    (countOf(counterNames.opened)(record) ?? 0) +
    published +
    (record.metrics[metricNames.echo]?.total.count ?? 0) +
    requestCount(record);
  const failed = Math.max(
    errors,
    refused + unconfirmed + (countOf(counterNames.refused)(record) ?? 0),
  );
  return succeeded + failed === 0 ? undefined : (100 * errors) / (succeeded + failed);
}

/** The requests that a scenario made and named: every metric that does not belong to the engine. */
function requestCount({ metrics }: LoadRecord): number {
  const own = new Set<string>(Object.values(metricNames));
  return Object.entries(metrics).reduce(
    (sum, [name, { total }]) => (own.has(name) ? sum : sum + total.count),
    0,
  );
}

function countOf(name: string): (record: LoadRecord) => number | undefined {
  return ({ counters }) => counters[name]?.total;
}

function peakOf({ gauges }: LoadRecord, name: string): number | undefined {
  const windows = gauges[name]?.windows ?? [];
  return windows.length === 0 ? undefined : Math.max(...windows.map(({ max }) => max));
}

function perSecond(count: number, { startedAt, endedAt }: LoadRecord): number | undefined {
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return seconds > 0 ? count / seconds : undefined;
}
