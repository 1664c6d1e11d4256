import { metricNames, Sketch } from 'artillery-engine-websocket-push/run-record';
import { findFigure, formatNumber } from '../figures/index.ts';
import type { LoadRecord } from '../record/index.ts';

export interface Measured {
  readonly label: string;
  readonly record: LoadRecord;
  /** The objectives that were missed, a line each. */
  readonly missed: readonly string[];
}

const COLUMNS = [
  'scenario, readers',
  'published',
  'owed = received',
  'missed',
  'repeats',
  'handshake p95',
  'delivery p50, p99',
  'last reader p50, p99',
] as const;
/** The processes that a row names: those with the most processor time. */
const MOST_PROCESSES = 4;
const MOST_FUNCTIONS = 4;

/** The figures of all runs as Markdown; times are ms. */
export function figuresTable(runs: readonly Measured[]): string {
  return table(
    COLUMNS,
    runs.map(({ label, record }) => {
      const { published, owed, received, missed, repeats } = record.ledger;
      return [
        label,
        formatNumber(published),
        owed === received
          ? formatNumber(owed)
          : `${formatNumber(owed)}, received ${formatNumber(received)}`,
        formatNumber(missed),
        formatNumber(repeats),
        read(record, 'handshakeP95Ms'),
        pair(record, 'deliveryP50Ms', 'deliveryP99Ms'),
        pair(record, 'lastReaderP50Ms', 'lastReaderP99Ms'),
      ];
    }),
  );
}

/** Requests that scenarios named, and what is away in a reconnect: what the first table has no column for. */
export function otherFigures(runs: readonly Measured[]): string {
  const lines = runs.flatMap(({ label, record }) => {
    const named = Object.keys(record.metrics).filter(
      (name) =>
        name.startsWith('http.') || name === metricNames.gap || name === metricNames.catchUp,
    );
    const texts = named.flatMap((name) => {
      const [p50, p99] = quantilesOf(record, name);
      return p50 === undefined || p99 === undefined
        ? []
        : [`${name.replace(/^(http|push)\./, '')} ${formatNumber(p50)}, ${formatNumber(p99)}`];
    });
    return texts.length === 0 ? [] : [`- ${label} (p50, p99, ms): ${texts.join('; ')}`];
  });
  return lines.join('\n');
}

/** What was busy in each run: processor time by process, and where the busiest was, if it was profiled. */
export function busyTable(runs: readonly Measured[]): string {
  return table(
    ['scenario, readers', 'processor time, s', 'the busiest process that was profiled'],
    runs.map(({ label, record: { processes = [] } }) => {
      const most = processes
        .slice(0, MOST_PROCESSES)
        .map(({ name, cpuMs }) => `${name} ${formatNumber(cpuMs / 1000)}`);
      const profiled = processes.find(({ profile }) => profile !== undefined);
      const hottest = profiled?.profile?.functions
        .slice(0, MOST_FUNCTIONS)
        .map(({ of, selfMs }) => {
          const share = (100 * selfMs) / (profiled.profile?.busyMs ?? NaN);
          return `\`${of}\` ${formatNumber(Math.round(share))} %`;
        });
      return [
        label,
        most.join(', '),
        profiled === undefined ? '' : `${profiled.name}: ${hottest?.join(', ') ?? ''}`,
      ];
    }),
  );
}

function quantilesOf(record: LoadRecord, metric: string): (number | undefined)[] {
  return [0.5, 0.99].map((share) => {
    const total = record.metrics[metric]?.total;
    return total === undefined || total.count === 0
      ? undefined
      : Sketch.decode(total).quantile(share);
  });
}

function read(record: LoadRecord, key: string): string {
  const value = findFigure(key)?.read(record);
  return value === undefined ? '' : formatNumber(Math.round(value));
}

function pair(record: LoadRecord, ...keys: readonly string[]): string {
  const texts = keys.map((key) => read(record, key));
  return texts.includes('') ? '' : texts.join(', ');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}
