import { checkSums, metricNames, Sketch, type LedgerSums, type RunRecord } from '../run-record.ts';

const number = new Intl.NumberFormat('en-US');

/** Describes the ledger's sums and the most important times of a run, as lines of text. */
export function describeRun(record: RunRecord): string {
  const { ledger } = record;
  const wrong = checkSums(ledger);
  return [
    `ledger of ${record.scenario}${record.partial ? ` (partial: ${record.partialBecause ?? ''})` : ''}`,
    ...describeLedger(ledger),
    wrong.length === 0 ? '  the sums add up' : `  THE SUMS DO NOT ADD UP: ${wrong.join('; ')}`,
    ...describeTimes(record),
    ...Object.entries(record.errors).map(
      ([kind, { count, example }]) => `  error ${number.format(count)} × ${kind} (${example})`,
    ),
  ].join('\n');
}

function describeLedger(ledger: LedgerSums): string[] {
  const [published, refused, unconfirmed, readers] = [
    ledger.published,
    ledger.refused,
    ledger.unconfirmed,
    ledger.readers,
  ].map((value) => number.format(value));
  const sum = (...terms: (readonly [string, number])[]): string =>
    terms.map(([name, value]) => `${name} ${number.format(value)}`).join(' + ');
  return [
    `  published ${published}, refused ${refused}, unconfirmed ${unconfirmed}; readers ${readers}`,
    `  published × subscribed = ${number.format(ledger.owed)} = ${sum(
      ['received', ledger.received],
      ['missed', ledger.missed],
      ['excused', ledger.excused],
    )}`,
    `  arrivals ${number.format(ledger.arrivals)} = ${sum(
      ['received', ledger.received],
      ['unowed', ledger.unowed],
      ['repeats', ledger.repeats],
      ['unknown', ledger.unknown],
    )}`,
    `  reordered ${number.format(ledger.reordered)}, late ${number.format(ledger.late)}, corrupt ${number.format(ledger.corrupt)}, altered ${number.format(ledger.altered ?? 0)}`,
  ];
}

function describeTimes({ metrics }: RunRecord): string[] {
  const known: readonly string[] = Object.values(metricNames);
  const named = Object.keys(metrics).filter((name) => !known.includes(name));
  return [...known, ...named.toSorted()].flatMap((name) => {
    const series = metrics[name];
    if (series === undefined || series.total.count === 0) return [];
    const sketch = Sketch.decode(series.total);
    const quantiles = [0.5, 0.95, 0.99].map((q) => `p${q * 100} ${sketch.quantile(q).toFixed(1)}`);
    return [
      `  ${name.padEnd(22)} ${quantiles.join('  ')}  max ${sketch.max.toFixed(1)} ms  (${number.format(sketch.count)})`,
    ];
  });
}
