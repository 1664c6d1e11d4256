import { checkSums, metricNames, Sketch } from 'artillery-engine-websocket-push/run-record';
import { formatFigure, formatNumber } from '../figures/index.ts';
import type { Verdict } from '../objectives/index.ts';
import type { LoadRecord } from '../record/index.ts';
import type { Cell, TableView } from './view.ts';

/** Each objective with its limit and the measured value. Those that were missed come first. */
export function objectivesTable(verdicts: readonly Verdict[]): TableView {
  const sorted = verdicts.toSorted((a, b) => Number(a.met) - Number(b.met));
  return {
    columns: ['objective', 'key', 'limit', 'measured', 'verdict'],
    numeric: [2, 3],
    rows: sorted.map(({ figure, limit, actual, met }): Cell[] => [
      figure.label,
      { text: figure.key, tone: 'code' },
      `${figure.better === 'lower' ? '≤' : '≥'} ${formatFigure(figure, limit)}`,
      actual === undefined ? 'not measured' : formatFigure(figure, actual),
      met ? { text: 'met', tone: 'good' } : { text: 'missed', tone: 'bad' },
    ]),
  };
}

const METRICS = [
  ['delivery', metricNames.delivery],
  ['first reader of a message', metricNames.spreadFirst],
  ['median reader of a message', metricNames.spreadMedian],
  ['last reader of a message', metricNames.spreadLast],
  ['publishing request', metricNames.publish],
  ['handshake', metricNames.handshake],
  ['time to subscribed', metricNames.subscribed],
  ['echo round trip', metricNames.echo],
  ['gap over a reconnect', metricNames.gap],
  ['catch-up after a reconnect', metricNames.catchUp],
  ['the generator’s own lag', metricNames.lag],
  ['the generator’s stalls', metricNames.stall],
] as const;

/** The distribution of every latency over the whole run, in ms. */
export function latencyTable({ metrics }: LoadRecord): TableView {
  const shares = [0.5, 0.9, 0.95, 0.99, 0.999];
  const known = new Map<string, string>(METRICS.map(([label, name]) => [name, label]));
  const names = [...known.keys(), ...Object.keys(metrics).filter((name) => !known.has(name))];
  return {
    columns: ['ms', 'values', 'least', 'median', 'p90', 'p95', 'p99', 'p99.9', 'most'],
    numeric: [1, 2, 3, 4, 5, 6, 7, 8],
    rows: names.flatMap((name): Cell[][] => {
      const series = metrics[name];
      if (series === undefined || series.total.count === 0) return [];
      const sketch = Sketch.decode(series.total);
      const values = [sketch.min, ...shares.map((share) => sketch.quantile(share)), sketch.max];
      return [[known.get(name) ?? name, formatNumber(sketch.count), ...values.map(formatNumber)]];
    }),
  };
}

/** The ledger's sums, each with its meaning, and whether they add up. */
export function ledgerTable({ ledger }: LoadRecord): TableView {
  const row = (label: string, count: number, meaning: string, fault = false): Cell[] => [
    label,
    fault && count > 0 ? { text: formatNumber(count), tone: 'bad' } : formatNumber(count),
    { text: meaning, tone: 'quiet' },
  ];
  const wrong = checkSums(ledger);
  return {
    columns: ['', 'count', 'meaning'],
    numeric: [1],
    rows: [
      row('published', ledger.published, 'messages that the server accepted or pushed by itself'),
      row('refused', ledger.refused, 'messages that the server refused; nobody is owed them'),
      row(
        'unconfirmed',
        ledger.unconfirmed,
        'messages that the server neither accepted nor refused',
      ),
      row('readers', ledger.readers, 'different readers that were subscribed at any time'),
      row(
        'owed',
        ledger.owed,
        'pairs of a message and a reader that was subscribed when it was published',
      ),
      row('received', ledger.received, 'owed pairs that arrived, each counted once'),
      row('missed', ledger.missed, 'owed pairs that never arrived', true),
      row('excused', ledger.excused, 'owed pairs under way when the reader left by itself'),
      row(
        'unowed',
        ledger.unowed,
        'pairs that arrived without being owed: the reader came or left meanwhile',
      ),
      row('repeats', ledger.repeats, 'arrivals of a message that the reader had already'),
      row('reordered', ledger.reordered, 'pairs that arrived after a message published later'),
      row('late', ledger.late, 'received pairs later than the scenario’s limit'),
      row('unknown', ledger.unknown, 'arrivals of an id that nobody published', true),
      row('corrupt', ledger.corrupt, 'messages that could not be read', true),
      row('altered', ledger.altered ?? 0, 'messages that differ from what others got', true),
      wrong.length === 0
        ? [
            'the sums',
            { text: 'add up', tone: 'good' },
            'owed = received + missed + excused; arrivals = received + unowed + repeats + unknown',
          ]
        : ['the sums', { text: 'are wrong', tone: 'bad' }, wrong.join('; ')],
    ],
  };
}

/** The most examples of each fault on the page. The record has more. */
const MOST_EXAMPLES = 5;

/** The first examples of each fault that the ledger found. Undefined if it found none. */
export function examplesTable({ ledger, startedAt }: LoadRecord): TableView | undefined {
  const shown = [...Map.groupBy(ledger.examples, ({ kind }) => kind).values()].flatMap((some) =>
    some.slice(0, MOST_EXAMPLES),
  );
  if (shown.length === 0) return undefined;
  return {
    columns: ['fault', 'second', 'message', 'channel', 'reader'],
    numeric: [1],
    rows: shown.map(({ kind, at, message, channel, reader }): Cell[] => [
      kind,
      formatNumber((at - Date.parse(startedAt)) / 1000),
      { text: message, tone: 'code' },
      { text: channel, tone: 'code' },
      { text: reader, tone: 'code' },
    ]),
  };
}

/** Errors by kind, the most frequent first. Undefined if there were none. */
export function errorsTable({ errors, startedAt }: LoadRecord): TableView | undefined {
  const kinds = Object.entries(errors).toSorted(([, a], [, b]) => b.count - a.count);
  if (kinds.length === 0) return undefined;
  const second = (at: number): string => formatNumber((at - Date.parse(startedAt)) / 1000);
  return {
    columns: ['kind', 'count', 'first (s)', 'last (s)', 'example'],
    numeric: [1, 2, 3],
    rows: kinds.map(([kind, { count, firstAt, lastAt, example }]): Cell[] => [
      kind,
      formatNumber(count),
      second(firstAt),
      second(lastAt),
      { text: example, tone: 'code' },
    ]),
  };
}

/** The facts about the run that are needed to repeat it and to judge its figures. */
export function runTable(record: LoadRecord): TableView {
  const { startedAt, endedAt, target, variables, machines, clocks } = record;
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  const rows: (readonly [string, string, boolean?])[] = [
    ['command', record.command, true],
    ['commit', record.commit ?? 'unknown: there was no git', record.commit !== undefined],
    [
      'run',
      `${record.runId}, from ${startedAt} to ${endedAt} (${formatNumber(seconds)} s), ${record.workers} workers`,
    ],
    [
      'target',
      [target.websocket, target.http].filter((url) => url !== undefined).join(' · '),
      true,
    ],
    [
      'variables',
      Object.entries(variables)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(' '),
      true,
    ],
    ...machines.map((machine): [string, string] => [
      'machine',
      `${machine.host}: ${machine.cpus} × ${machine.model}, ${formatNumber(machine.memory)} GiB, ${machine.platform}, Node ${machine.node}, Artillery ${machine.artillery}; the generator used ${formatNumber(machine.cpuMs / 1000)} s of processor time and ${formatNumber(machine.peakMemory)} MiB`,
    ]),
    ...clocks.map(({ of, offsetMs, errorMs, applied }): [string, string] => [
      'clock',
      `${of} is ${formatNumber(offsetMs)} ms ahead of the generator’s, to within ${formatNumber(errorMs)} ms${applied === true ? ': subtracted from the messages’ stamps, so that delivery is wrong by no more than that' : ''}`,
    ]),
  ];
  return {
    columns: ['', ''],
    numeric: [],
    rows: rows
      .filter(([, text]) => text !== '')
      .map(([label, text, code]): Cell[] => [label, code === true ? { text, tone: 'code' } : text]),
  };
}
