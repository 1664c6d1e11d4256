import type { UnconfirmedMessage } from '../ledger/index.ts';
import { WindowedMetric } from '../metrics/index.ts';
import {
  mergeBy,
  mergeCounters,
  mergeErrors,
  mergeGauges,
  mergeLedgers,
  mergeMetrics,
  metricNames,
  type ClockOffset,
  type CounterSeries,
  type ErrorCount,
  type GaugeSeries,
  type LedgerSums,
  type MetricSeries,
} from '../run-record.ts';
import { Exchange, type Signal, type SpreadReport, type WorkerPart } from './signals.ts';

type Levels = Extract<Signal, { kind: 'levels' }>;

/** The merged parts of all workers. */
export interface Collected {
  readonly ledger: LedgerSums;
  readonly metrics: Readonly<Record<string, MetricSeries>>;
  readonly counters: Readonly<Record<string, CounterSeries>>;
  readonly gauges: Readonly<Record<string, GaugeSeries>>;
  readonly errors: Readonly<Record<string, ErrorCount>>;
  readonly clocks: readonly ClockOffset[];
  readonly workers: number;
  /** The workers that did not send their part. */
  readonly silent: readonly string[];
}

interface Spread {
  readonly intendedAt: number;
  readonly latencies: Float32Array[];
  reports: number;
}

/**
 * The main thread's side of the exchange. It receives the measurements of the workers and merges
 * them.
 */
export class Collector {
  readonly #exchange: Exchange;
  readonly #workers = new Set<string>();
  readonly #levels = new Map<string, Levels>();
  readonly #parts = new Map<string, WorkerPart>();
  readonly #spreads = new Map<string, Spread>();
  readonly #first = new WindowedMetric();
  readonly #middle = new WindowedMetric();
  readonly #last = new WindowedMetric();
  #partCame: (() => void) | undefined;

  constructor(run?: string) {
    this.#exchange = new Exchange('main', this.#heard, run);
  }

  get workers(): number {
    return this.#workers.size;
  }

  /** The present levels of all workers, added. */
  get levels(): { open: number; subscribers: number } & Levels['totals'] {
    const sum = { open: 0, subscribers: 0, received: 0, missed: 0, published: 0, errors: 0 };
    for (const { open, subscribers, totals } of this.#levels.values()) {
      sum.open += open;
      sum.subscribers += subscribers;
      sum.received += totals.received;
      sum.missed += totals.missed;
      sum.published += totals.published;
      sum.errors += totals.errors;
    }
    return sum;
  }

  /**
   * Asks the workers for their parts.
   *
   * @param timeoutMs how long, in ms, a worker may take; one that takes longer is `silent`
   */
  async finish(interrupted: boolean, timeoutMs: number): Promise<Collected> {
    this.#exchange.send({ kind: 'finish', interrupted });
    this.#exchange.flush();
    await new Promise<void>((done) => {
      const timer = setTimeout(done, timeoutMs);
      this.#partCame = (): void => {
        if (this.#parts.size < this.#workers.size) return;
        clearTimeout(timer);
        done();
      };
      this.#partCame();
    });
    for (const spread of this.#spreads.values()) this.#measureSpread(spread);
    this.#spreads.clear();
    return this.#merge();
  }

  close(): void {
    this.#exchange.close();
  }

  readonly #heard = (signal: Signal, from: string): void => {
    if (signal.kind === 'hello') this.#workers.add(from);
    else if (signal.kind === 'levels') this.#levels.set(from, signal);
    else if (signal.kind === 'part') {
      this.#parts.set(from, signal.part);
      this.#partCame?.();
    } else if (signal.kind === 'spread') {
      for (const report of signal.reports) this.#addSpread(report);
    }
  };

  #addSpread({ key, intendedAt, latencies }: SpreadReport): void {
    let spread = this.#spreads.get(key);
    if (spread === undefined) {
      spread = { intendedAt, latencies: [], reports: 0 };
      this.#spreads.set(key, spread);
    }
    spread.latencies.push(latencies);
    spread.reports += 1;
    if (spread.reports < this.#workers.size) return;
    this.#spreads.delete(key);
    this.#measureSpread(spread);
  }

  /**
   * The median over all readers does not follow from the workers' medians, so all times are put
   * together.
   */
  #measureSpread({ intendedAt, latencies }: Spread): void {
    const all = Float32Array.from(latencies.flatMap((some) => [...some])).sort();
    const [first] = all;
    if (first === undefined) return;
    this.#first.add(first, intendedAt);
    this.#middle.add(all[Math.floor((all.length - 1) / 2)] ?? first, intendedAt);
    this.#last.add(all.at(-1) ?? first, intendedAt);
  }

  #merge(): Collected {
    const parts = [...this.#parts.values()];
    const metrics = mergeBy(
      parts.map((part) => part.metrics.metrics),
      mergeMetrics,
    );
    return {
      ledger: mergeLedgerParts(parts),
      metrics: {
        ...metrics,
        [metricNames.spreadFirst]: this.#first.encode(),
        [metricNames.spreadMedian]: this.#middle.encode(),
        [metricNames.spreadLast]: this.#last.encode(),
      },
      counters: mergeBy(
        parts.map((part) => part.metrics.counters),
        mergeCounters,
      ),
      gauges: mergeBy(
        parts.map((part) => part.metrics.gauges),
        mergeGauges,
      ),
      errors: mergeBy(
        parts.map((part) => part.metrics.errors),
        mergeErrors,
      ),
      clocks: parts.flatMap(({ clocks }) => clocks),
      workers: this.#workers.size,
      silent: [...this.#workers].filter((name) => !this.#parts.has(name)),
    };
  }
}

/** Adds the workers' sums, and decides about the messages whose publishing was not confirmed. */
function mergeLedgerParts(parts: readonly WorkerPart[]): LedgerSums {
  const sums = mergeLedgers(parts.map(({ ledger }) => ledger.sums));
  const unconfirmed = new Map<string, UnconfirmedMessage>();
  for (const message of parts.flatMap(({ ledger }) => ledger.unconfirmed)) {
    const { owed = 0, received = 0, excused = 0 } = unconfirmed.get(message.key) ?? {};
    unconfirmed.set(message.key, {
      key: message.key,
      owed: owed + message.owed,
      received: received + message.received,
      excused: excused + message.excused,
    });
  }
  const add = { owed: 0, received: 0, excused: 0, missed: 0 };
  for (const { owed, received, excused } of unconfirmed.values()) {
    if (received === 0) continue;
    add.owed += owed;
    add.received += received;
    add.excused += excused;
    add.missed += owed - received - excused;
  }
  return {
    ...sums,
    // Each worker has a record of every such message.
    published: sums.published + Math.max(0, ...parts.map(({ ledger }) => ledger.publishedByServer)),
    unconfirmed: unconfirmed.size,
    owed: sums.owed + add.owed,
    received: sums.received + add.received,
    excused: sums.excused + add.excused,
    missed: sums.missed + add.missed,
    arrivals: sums.arrivals + add.received,
  };
}
