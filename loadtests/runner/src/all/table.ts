import { metricNames, Sketch } from 'artillery-engine-websocket-push/run-record';
import { findFigure, formatNumber } from '../figures/index.ts';
import type { LoadRecord } from '../record/index.ts';

export interface Measured {
  readonly label: string;
  readonly record: LoadRecord;
  /** The objectives that were missed, one line each. */
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
/** How many processes a row names: those with the most processor time. */
const MOST_PROCESSES = 4;
const MOST_FUNCTIONS = 4;

/** Writes the figures of all runs as Markdown. Times are in ms. */
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

/**
 * The latencies that the first table has no column for: requests that scenarios named, and the gaps
 * of reconnects.
 */
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

/**
 * Writes what was busy in each run: the average number of busy cores, the processor time by
 * process, and, if it was profiled, the functions of the busiest process.
 */
export function busyTable(runs: readonly Measured[]): string {
  return table(
    [
      'scenario, readers',
      'cores busy',
      'processor time, s',
      'the busiest process that was profiled',
    ],
    runs.map(({ label, record }) => {
      const { processes = [] } = record;
      const most = processes
        .slice(0, MOST_PROCESSES)
        .map(({ name, cpuMs }) => `${name} ${formatNumber(cpuMs / 1000)}`);
      return [label, coresBusy(record), most.join(', '), hottest(processes)];
    }),
  );
}

/**
 * `1.4 of 2`: the processor time of the stack and the generator, divided by the duration of the
 * run, of the machine's cores.
 */
function coresBusy({ processes = [], machines, startedAt, endedAt }: LoadRecord): string {
  const cpuMs = processes.reduce((sum, one) => sum + one.cpuMs, 0);
  const tookMs = Date.parse(endedAt) - Date.parse(startedAt);
  const cpus = machines[0]?.cpus;
  if (cpus === undefined || processes.length === 0 || tookMs <= 0) return '';
  return `${(cpuMs / tookMs).toFixed(1)} of ${cpus}`;
}

/**
 * `sam-offline, 71 % of a core: \`writev\` 14 %`. The shares of functions are of the time in which
 * the process ran.
 */
function hottest(processes: NonNullable<LoadRecord['processes']>): string {
  const profiled = processes.find(({ profile }) => profile !== undefined);
  if (profiled?.profile === undefined) return '';
  const { busyMs, seconds, functions } = profiled.profile;
  const percent = (share: number): string => `${formatNumber(Math.round(100 * share))} %`;
  const shares = functions
    .slice(0, MOST_FUNCTIONS)
    .map(({ of, selfMs }) => `\`${of}\` ${percent(selfMs / busyMs)}`);
  return `${profiled.name}, ${percent(busyMs / (seconds * 1000))} of a core: ${shares.join(', ')}`;
}

/**
 * The section of `loadtests/README.md`: what was run and on which machine, all tables, and the
 * objectives that were missed.
 *
 * @param command that was typed
 * @param failed runs that left no figures, a line each
 */
export function figuresSection(
  runs: readonly Measured[],
  { command, failed }: { readonly command: string; readonly failed: readonly string[] },
): string {
  const [{ record } = { record: undefined }] = runs;
  const [machine] = record?.machines ?? [];
  const on =
    machine === undefined
      ? ''
      : ` on ${machine.cpus} cores (${machine.model}, ${machine.memory} GiB, Node ${machine.node}), commit ${(record?.commit ?? 'unknown').replace(/^([\da-f]{10})[\da-f]{30}/, '$1')}`;
  const faults = [
    ...runs.flatMap(({ label, missed }) => missed.map((line) => `- ${label} missed: ${line}`)),
    ...failed.map((line) => `- ${line}`),
  ];
  return [
    `\`${command}\`${on}. Single runs; times are milliseconds.`,
    figuresTable(runs),
    faults.length === 0 ? 'All runs met all their objectives.' : faults.join('\n'),
    otherFigures(runs),
    '### What is busy',
    'Processor time of the whole run, and where the busiest process was while messages were delivered. `sam-offline` is ' +
      'the gateways, the pollers and the log, `generator` is Artillery; the others are the functions.',
    busyTable(runs),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
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

/**
 * Aligns the table as Prettier does: the first column is left-aligned, the others are
 * right-aligned.
 */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(3, column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, index) =>
      index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, index) =>
    index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}
