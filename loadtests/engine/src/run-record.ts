/**
 * The run record: the JSON file that every run ends with. Reports, objectives and comparisons read
 * nothing else of a run. All times are milliseconds; `at` is milliseconds since 1970 (UTC).
 * Sketches can be merged (`Sketch.decode`), so the records of several machines or runs can be added
 * exactly. New fields may be added, and old records do not have them. A change that older code
 * would misread raises `version`.
 */
import { Sketch, type EncodedSketch } from './sketch.ts';

export { Sketch, type EncodedSketch } from './sketch.ts';

export const runRecordVersion = 2;

/**
 * The most windows that a record has for each metric. A longer run has longer windows: their length
 * starts at 1 s and doubles.
 */
export const maximumWindows = 600;

export interface RunRecord {
  readonly format: 'websocket-push-run';
  readonly version: typeof runRecordVersion;
  /** Artillery's id of the run, `t…`. For several machines, all their ids are joined by `+`. */
  readonly runId: string;
  /**
   * The name of the scenario file without its folder and extension, for example
   * `chunked-broadcast`.
   */
  readonly scenario: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /**
   * True if the run was interrupted or a worker did not send its part. `partialBecause` has the
   * reason.
   */
  readonly partial: boolean;
  readonly partialBecause?: string;
  /** The command that repeats the run, from the repository's root. */
  readonly command: string;
  /** The measured commit, with `-dirty` if files were changed. Absent without git. */
  readonly commit?: string;
  /** The URLs that the load went to. Secrets in queries are left out. */
  readonly target: { readonly websocket?: string; readonly http?: string };
  /** The scenario's variables in this run (numbers, texts and booleans only). */
  readonly variables: Readonly<Record<string, number | string | boolean>>;
  /** The machines that made the load. */
  readonly machines: readonly Machine[];
  /**
   * The number of workers (threads, on one machine or on several) that are merged in this record.
   */
  readonly workers: number;
  readonly ledger: LedgerSums;
  /** Latencies and other figures that have a distribution, by name (see `metricNames`). */
  readonly metrics: Readonly<Record<string, MetricSeries>>;
  /** The numbers of events, by name (see `counterNames`). */
  readonly counters: Readonly<Record<string, CounterSeries>>;
  /** Levels, for example open connections, by name (see `gaugeNames`). */
  readonly gauges: Readonly<Record<string, GaugeSeries>>;
  /**
   * Errors by kind, for example `connect: ECONNREFUSED`, `closed by the server: 1006`,
   * `publish: HTTP 502`.
   */
  readonly errors: Readonly<Record<string, ErrorCount>>;
  /** The offsets of other machines' clocks to the generator's, if the scenario measures them. */
  readonly clocks: readonly ClockOffset[];
}

export interface Machine {
  readonly host: string;
  readonly cpus: number;
  readonly model: string;
  /** GiB */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
  /** The version of Artillery. */
  readonly artillery: string;
  /** The processor time of the generator's process, in ms. */
  readonly cpuMs: number;
  /** The largest resident set of the generator's process, in MiB. */
  readonly peakMemory: number;
}

/**
 * The sums that compare publishers and readers. A pair is one message and one reader.
 *
 * These must hold, and `checkSums` says where they do not:
 * - `owed = received + missed + excused`
 * - `arrivals = received + unowed + repeats + unknown`
 */
export interface LedgerSums {
  /** Messages that the server accepted, or that it pushed by itself. */
  readonly published: number;
  /** Messages that the server refused to publish. They are not owed to anybody. */
  readonly refused: number;
  /**
   * Messages that the server neither accepted nor refused (5xx, time-out, lost connection). They
   * may have been published. Readers are owed those that at least one reader received.
   */
  readonly unconfirmed: number;
  /** Pairs in which the reader was subscribed when the message was published. */
  readonly owed: number;
  /** Owed pairs that arrived, each counted once. */
  readonly received: number;
  /** Owed pairs that never arrived. */
  readonly missed: number;
  /** Owed pairs that had not arrived yet when the reader left on its own account. */
  readonly excused: number;
  /** Pairs that arrived and were not owed: the reader subscribed or left while the message was under way. */
  readonly unowed: number;
  /** Arrivals of a message at a reader that had it already. */
  readonly repeats: number;
  /** Received or unowed pairs that arrived after a message which was published later. */
  readonly reordered: number;
  /** Received pairs that arrived later than the scenario's limit. They are not missed. */
  readonly late: number;
  /** Arrivals with an id that nobody published. */
  readonly unknown: number;
  /**
   * Messages that could not be read: they are not JSON, or they lack what the scenario says they
   * have. Without an id, they belong to no pair.
   */
  readonly corrupt: number;
  /**
   * Arrivals whose content differs from the content at most readers, if the scenario compares it.
   */
  readonly altered?: number;
  /** All messages with an id that arrived. */
  readonly arrivals: number;
  /** The number of different readers that were subscribed at any time. */
  readonly readers: number;
  /** Examples to look into, at most `maximumExamples` of each kind. */
  readonly examples: readonly LedgerExample[];
}

export const maximumExamples = 20;

export interface LedgerExample {
  readonly kind: 'missed' | 'repeat' | 'reordered' | 'late' | 'unknown' | 'corrupt';
  readonly message: string;
  readonly channel: string;
  readonly reader: string;
  readonly at: number;
}

/** Windows are aligned: `at` is a multiple of `windowMs`. Windows without values are left out. */
export interface MetricSeries {
  readonly unit: 'ms' | 'messages';
  readonly windowMs: number;
  readonly total: EncodedSketch;
  readonly windows: readonly { readonly at: number; readonly sketch: EncodedSketch }[];
}

export interface CounterSeries {
  readonly windowMs: number;
  readonly total: number;
  readonly windows: readonly { readonly at: number; readonly count: number }[];
}

/**
 * The levels of all workers are added. `last` is exact, and `max` is an upper bound if there are
 * several workers.
 */
export interface GaugeSeries {
  readonly windowMs: number;
  readonly windows: readonly { readonly at: number; readonly last: number; readonly max: number }[];
}

export interface ErrorCount {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The text of the first one. */
  readonly example: string;
}

export interface ClockOffset {
  /** The clock, for example as a URL. */
  readonly of: string;
  /** That clock minus the generator's, ms. */
  readonly offsetMs: number;
  /**
   * Half of the fastest round trip. The true offset differs from `offsetMs` by this much at most.
   */
  readonly errorMs: number;
  /**
   * Whether the offset was subtracted from the messages' own stamps, so that latencies are wrong by
   * `errorMs` at most.
   */
  readonly applied?: boolean;
}

/**
 * The metrics of the engine. Artillery's `ensure` replaces names as substrings, so no name is a
 * part of another one or of a counter's name.
 */
export const metricNames = {
  /** From the start of a connection to its open event. */
  handshake: 'push.handshake',
  /** From the start of a connection to the response to its first subscription. */
  subscribed: 'push.ready',
  /** From the intended time of publishing to the arrival at a reader. */
  delivery: 'push.delivery',
  /** For each message, from its intended time to its first reader … */
  spreadFirst: 'push.spread_first',
  /** … to the reader in the middle … */
  spreadMedian: 'push.spread_middle',
  /** … and to the last. */
  spreadLast: 'push.spread_last',
  /** From a `send` to the message that its `expect` waited for. */
  echo: 'push.echo',
  /** From the intended time of publishing to the response to the publishing request. */
  publish: 'push.request',
  /** From a connection's loss to the response to the first subscription after it. */
  gap: 'push.gap',
  /** From a connection's loss until the reader has everything that it missed meanwhile. */
  catchUp: 'push.catchup',
  /**
   * How much later than intended the generator published. This lag is also a part of `delivery`.
   */
  lag: 'push.generator_lag',
  /**
   * How much too late a timer of the generator fired, sampled. This is the time in which the
   * generator was busy or stalled.
   */
  stall: 'push.generator_stall',
} as const;

export const counterNames = {
  opened: 'push.connections_opened',
  closed: 'push.connections_closed',
  lost: 'push.connections_lost',
  refused: 'push.connections_refused',
  /** Everything that arrived on the sockets, responses included. */
  frames: 'push.frames',
  bytes: 'push.bytes',
  published: 'push.published',
  received: 'push.received',
  missed: 'push.missed',
  excused: 'push.excused',
  repeats: 'push.repeats',
  reordered: 'push.reordered',
  late: 'push.late',
  corrupt: 'push.corrupt',
  unknown: 'push.unknown',
  sums: 'push.sums_wrong',
} as const;

export const gaugeNames = {
  open: 'push.open',
  subscribers: 'push.subscribers',
  /** Messages that at least one reader still waits for. */
  pending: 'push.pending',
  /** The resident set of the generator's process, in MiB. */
  memory: 'push.memory',
  /** The share of a core that the generator's process uses, in percent. */
  cpu: 'push.cpu',
} as const;

/** The sums of a record that do not add up, one line each. Empty if all are correct. */
export function checkSums(ledger: LedgerSums): string[] {
  const wrong: string[] = [];
  const settled = ledger.received + ledger.missed + ledger.excused;
  if (ledger.owed !== settled) {
    wrong.push(
      `owed ${ledger.owed} is not received ${ledger.received} + missed ${ledger.missed} + excused ${ledger.excused} = ${settled}`,
    );
  }
  const arrived = ledger.received + ledger.unowed + ledger.repeats + ledger.unknown;
  if (ledger.arrivals !== arrived) {
    wrong.push(
      `arrivals ${ledger.arrivals} is not received ${ledger.received} + unowed ${ledger.unowed} + repeats ${ledger.repeats} + unknown ${ledger.unknown} = ${arrived}`,
    );
  }
  return wrong;
}

/** The record as text, one metric a line, so that two records can be compared with `diff`. */
export function encodeRunRecord(record: RunRecord): string {
  const lines = Object.entries(record).map(([key, value]) => {
    const grouped = key === 'metrics' || key === 'counters' || key === 'gauges';
    return `  ${JSON.stringify(key)}: ${grouped ? encodeGroup(value as object) : JSON.stringify(value)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

function encodeGroup(group: object): string {
  const lines = Object.entries(group).map(
    ([name, series]) => `    ${JSON.stringify(name)}: ${JSON.stringify(series)}`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
}

/**
 * Reads a record.
 *
 * @param name the name of the file, for the error's text
 * @throws Error when it is not a run record, or one of a version that this code does not know
 */
export function decodeRunRecord(text: string, name: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `${name} is not JSON (${error instanceof Error ? error.message : String(error)}): a run record was expected, as a run writes it`,
      { cause: error },
    );
  }
  const { format, version } = (value ?? {}) as Partial<RunRecord>;
  if (format !== 'websocket-push-run') {
    throw new Error(
      `${name} is not a run record: its "format" is ${JSON.stringify(format)}, "websocket-push-run" was expected`,
    );
  }
  if (version !== runRecordVersion) {
    throw new Error(
      `${name} has version ${String(version)}; this code reads version ${runRecordVersion}: run it again`,
    );
  }
  return value as RunRecord;
}

/**
 * The record of several machines (or of several runs, to see them as one). Sums, counters and
 * sketches are added exactly. Windows of different lengths are merged to the longest one.
 *
 * @throws Error without records
 */
export function mergeRunRecords(records: readonly RunRecord[]): RunRecord {
  const [first] = records;
  if (first === undefined) throw new Error('there are no run records to merge: name at least one');
  const because = records.flatMap(({ partialBecause }) => partialBecause ?? []);
  return {
    ...first,
    runId: distinct(records.map(({ runId }) => runId)).join('+'),
    startedAt: records.map(({ startedAt }) => startedAt).sort()[0] ?? first.startedAt,
    endedAt:
      records
        .map(({ endedAt }) => endedAt)
        .sort()
        .at(-1) ?? first.endedAt,
    partial: records.some(({ partial }) => partial),
    ...(because.length > 0 && { partialBecause: distinct(because).join('; ') }),
    machines: records.flatMap(({ machines }) => machines),
    workers: records.reduce((sum, { workers }) => sum + workers, 0),
    ledger: mergeLedgers(records.map(({ ledger }) => ledger)),
    metrics: mergeBy(
      records.map(({ metrics }) => metrics),
      mergeMetrics,
    ),
    counters: mergeBy(
      records.map(({ counters }) => counters),
      mergeCounters,
    ),
    gauges: mergeBy(
      records.map(({ gauges }) => gauges),
      mergeGauges,
    ),
    errors: mergeBy(
      records.map(({ errors }) => errors),
      mergeErrors,
    ),
    clocks: records.flatMap(({ clocks }) => clocks),
  };
}

/** Adds sums. The number of examples of each kind stays limited. */
export function mergeLedgers(ledgers: readonly LedgerSums[]): LedgerSums {
  const sum = (of: (ledger: LedgerSums) => number): number =>
    ledgers.reduce((total, ledger) => total + of(ledger), 0);
  return {
    published: sum((ledger) => ledger.published),
    refused: sum((ledger) => ledger.refused),
    unconfirmed: sum((ledger) => ledger.unconfirmed),
    owed: sum((ledger) => ledger.owed),
    received: sum((ledger) => ledger.received),
    missed: sum((ledger) => ledger.missed),
    excused: sum((ledger) => ledger.excused),
    unowed: sum((ledger) => ledger.unowed),
    repeats: sum((ledger) => ledger.repeats),
    reordered: sum((ledger) => ledger.reordered),
    late: sum((ledger) => ledger.late),
    unknown: sum((ledger) => ledger.unknown),
    corrupt: sum((ledger) => ledger.corrupt),
    altered: sum((ledger) => ledger.altered ?? 0),
    arrivals: sum((ledger) => ledger.arrivals),
    readers: sum((ledger) => ledger.readers),
    examples: limitExamples(ledgers.flatMap(({ examples }) => examples)),
  };
}

function limitExamples(examples: readonly LedgerExample[]): LedgerExample[] {
  const taken = new Map<string, number>();
  return examples.filter(({ kind }) => {
    const count = (taken.get(kind) ?? 0) + 1;
    taken.set(kind, count);
    return count <= maximumExamples;
  });
}

/** Adds distributions exactly, by window. */
export function mergeMetrics(series: readonly MetricSeries[]): MetricSeries {
  const windowMs = longest(series);
  const windows = new Map<number, Sketch>();
  const total = new Sketch();
  for (const one of series) {
    total.merge(Sketch.decode(one.total));
    for (const { at, sketch } of one.windows) {
      const start = align(at, windowMs);
      windows.set(start, (windows.get(start) ?? new Sketch()).merge(Sketch.decode(sketch)));
    }
  }
  return {
    unit: series[0]?.unit ?? 'ms',
    windowMs,
    total: total.encode(),
    windows: inOrder(windows).map(([at, sketch]) => ({ at, sketch: sketch.encode() })),
  };
}

/** Adds counts, by window. */
export function mergeCounters(series: readonly CounterSeries[]): CounterSeries {
  const windowMs = longest(series);
  const windows = new Map<number, number>();
  for (const { at, count } of series.flatMap((one) => one.windows)) {
    const start = align(at, windowMs);
    windows.set(start, (windows.get(start) ?? 0) + count);
  }
  return {
    windowMs,
    total: series.reduce((sum, { total }) => sum + total, 0),
    windows: inOrder(windows).map(([at, count]) => ({ at, count })),
  };
}

/** Adds levels, by window. */
export function mergeGauges(series: readonly GaugeSeries[]): GaugeSeries {
  const windowMs = longest(series);
  const all = series.map((one) => {
    const windows = new Map<number, { last: number; max: number }>();
    for (const { at, last, max } of one.windows) {
      const start = align(at, windowMs);
      windows.set(start, { last, max: Math.max(max, windows.get(start)?.max ?? max) });
    }
    return windows;
  });
  const starts = distinct(all.flatMap((windows) => [...windows.keys()])).sort((a, b) => a - b);
  return {
    windowMs,
    windows: starts.map((at) => {
      const there = all.flatMap((windows) => windows.get(at) ?? []);
      return {
        at,
        last: there.reduce((sum, { last }) => sum + last, 0),
        max: there.reduce((sum, { max }) => sum + max, 0),
      };
    }),
  };
}

/** Adds errors of one kind. */
export function mergeErrors(errors: readonly ErrorCount[]): ErrorCount {
  const first = errors.reduce((a, b) => (b.firstAt < a.firstAt ? b : a));
  return {
    count: errors.reduce((sum, { count }) => sum + count, 0),
    firstAt: first.firstAt,
    lastAt: Math.max(...errors.map(({ lastAt }) => lastAt)),
    example: first.example,
  };
}

/** Merges the entries of several groups that have the same name. */
export function mergeBy<T>(
  groups: readonly Readonly<Record<string, T>>[],
  merge: (values: readonly T[]) => T,
): Record<string, T> {
  const names = distinct(groups.flatMap((group) => Object.keys(group)));
  return Object.fromEntries(
    names.map((name) => [name, merge(groups.flatMap((group) => group[name] ?? []))]),
  );
}

function longest(series: readonly { windowMs: number }[]): number {
  return Math.max(...series.map(({ windowMs }) => windowMs));
}

function align(at: number, windowMs: number): number {
  return at - (at % windowMs);
}

function inOrder<T>(windows: ReadonlyMap<number, T>): [number, T][] {
  return [...windows].sort(([a], [b]) => a - b);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
