import { threadId } from 'node:worker_threads';
import { now } from './clock.ts';
import { measureClock } from './clock-offset.ts';
import { Exchange, type Signal } from './exchange/index.ts';
import { Ledger, type Message } from './ledger/index.ts';
import { Metrics, type ArtilleryEvents } from './metrics/index.ts';
import type { ClockOffset } from './run-record.ts';
import { FrameReader } from './session/index.ts';
import type { Settings } from './settings/index.ts';

/** How often, in ms, a worker measures its levels and sends them to the other workers. */
const levelsMs = 100;
/** How often, in ms, a worker reports its figures to Artillery and compacts its ledger. */
const windowMs = 1000;
const compactAfterMs = 30_000;
/**
 * The time between two comparisons with other clocks, in ms. At 50 ppm, clocks drift by 3 ms in
 * this time.
 */
const clocksEveryMs = 60_000;
/** The period of the timer that finds stalls, in ms. A shorter stall may not be noticed. */
const stallMs = 50;

interface OtherWorker {
  readonly subscribers: number;
  readonly signals: Readonly<Record<string, number>>;
}

/** The signal at the end of a `publish` step. */

/** The state that all virtual users of one of Artillery's threads share. */
export class Worker {
  readonly settings: Settings;
  readonly metrics = new Metrics();
  readonly ledger: Ledger;
  readonly frames: FrameReader;
  readonly name: string;
  open = 0;
  /**
   * Counts since levels were last recorded. There are too many to look up their window each time.
   */
  frameCount = 0;
  byteCount = 0;
  readonly #exchange: Exchange;
  readonly #others = new Map<string, OtherWorker>();
  readonly #levelWaiters = new Set<() => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #clocks = new Map<string, ClockOffset>();
  #clocksMeasured: Promise<unknown> = Promise.resolve();
  /** How far, in ms, the clock that stamps messages is ahead of the generator's. */
  #stampsAhead = 0;
  readonly #signals: Record<string, number> = {};
  #messages = 0;
  #errors = 0;
  #levelsSeen = '';
  #levelsTold = '';
  #toldAt = -Infinity;
  #reportTo: ArtilleryEvents | undefined;

  constructor(settings: Settings, options: { name?: string; run?: string } = {}) {
    this.settings = settings;
    this.name = options.name ?? String(threadId);
    this.#exchange = new Exchange(this.name, this.#heard, options.run);
    const { metrics } = this;
    this.ledger = new Ledger({
      lateAfterMs: settings.lateAfterMs,
      drainMs: settings.drainMs,
      onEvent: {
        delivered: (latency, at) => {
          metrics.time('delivery', latency, at);
        },
        caughtUp: (duration, at) => {
          metrics.time('catchUp', duration, at);
        },
        counted: (kind, at) => {
          metrics.count(kind, 1, at);
        },
        complete: (message) => {
          this.#reportSpread(message);
        },
      },
    });
    this.frames = new FrameReader(settings.message, this.ledger, (stamped) => {
      const publishedAt = stamped.publishedAt - this.#stampsAhead;
      const { channel, id } = stamped;
      const publication = { channel, id, intendedAt: publishedAt, sentAt: publishedAt };
      if (this.ledger.message(publication.channel, publication.id).state !== 'unclaimed') return;
      this.ledger.sent(publication, 'server');
      this.#exchange.send({ kind: 'sent', ...publication, by: 'server' });
    });
  }

  /**
   * The measurements that functions of a processor can read. They are those of this worker only.
   */
  readonly measured = {
    now,
    /**
     * A quantile (0 to 1) of a metric since a time (ms), with the precision of a second. NaN if
     * there are no values.
     */
    quantile: (key: Parameters<Metrics['since']>[0], q: number, from: number): number =>
      this.metrics.since(key, from).quantile(q),
    total: (key: Parameters<Metrics['total']>[0]): number => this.metrics.total(key),
    errors: (): number => this.#errors,
    pending: (): number => this.ledger.pending,
  };

  /** Announces the worker to the main thread and starts to sample. */
  start(): void {
    this.#exchange.send({ kind: 'hello' });
    this.#exchange.flush();
    this.#every(levelsMs, () => {
      this.#tellLevels();
    });
    this.#every(windowMs, () => {
      this.report();
      this.ledger.compact(now() - compactAfterMs);
    });
    this.#sampleStalls();
    this.#clocksMeasured = this.#measureClocks();
    if (this.settings.clocks.length > 0) {
      this.#every(clocksEveryMs, () => void this.#measureClocks());
    }
  }

  /**
   * Resolves when other clocks were compared. Messages with stamps of those clocks cannot be timed
   * before.
   */
  async clocksMeasured(): Promise<void> {
    await this.#clocksMeasured;
  }

  /** Ends the timers and the exchange. Only tests need it, since Artillery ends the thread. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#exchange.close();
  }

  /** The receiver of Artillery's measurements. */
  reportTo(ee: ArtilleryEvents): void {
    this.#reportTo = ee;
  }

  /** Reports to Artillery what was measured since the last time. */
  report(): void {
    if (this.#reportTo !== undefined) this.metrics.report(this.#reportTo);
  }

  /** Counts an error, here and in Artillery. */
  error(kind: string, message: string): void {
    this.#errors += 1;
    this.metrics.error(kind, message, now());
    this.#reportTo?.emit('error', kind);
  }

  /** An id for a message, different in all workers and runs. */
  nextMessageId(): string {
    this.#messages += 1;
    return `${process.pid.toString(36)}-${Math.trunc(performance.timeOrigin).toString(36)}-${this.name}-${this.#messages}`;
  }

  /** The number of subscribers of all workers. */
  get subscribers(): number {
    return [...this.#others.values()].reduce(
      (sum, { subscribers }) => sum + subscribers,
      this.ledger.subscribers,
    );
  }

  /** How often a signal was given, in all workers. */
  signals(name: string): number {
    return [...this.#others.values()].reduce(
      (sum, { signals }) => sum + (signals[name] ?? 0),
      this.#signals[name] ?? 0,
    );
  }

  signal(name: string): void {
    this.#signals[name] = (this.#signals[name] ?? 0) + 1;
    this.#tellLevels();
  }

  /** Calls a function whenever levels may have changed, until the returned function is called. */
  onLevels(changed: () => void): () => void {
    this.#levelWaiters.add(changed);
    return () => {
      this.#levelWaiters.delete(changed);
    };
  }

  sent(publication: { channel: string; id: string; intendedAt: number; sentAt: number }): Message {
    this.#exchange.send({ kind: 'sent', ...publication, by: 'worker' });
    return this.ledger.sent(publication, 'this');
  }

  published(message: Message, state: 'accepted' | 'refused' | 'unconfirmed', at: number): void {
    const { id, channel } = message;
    this.#exchange.send({ kind: 'outcome', channel: channel.name, id, state, at });
    if (state === 'accepted') {
      this.ledger.accepted(message, at, 'this');
      this.metrics.count('published', 1, at);
    } else if (state === 'refused') this.ledger.refused(message, 'this');
    else this.ledger.unconfirmed(message);
  }

  readonly #heard = (signal: Signal, from: string): void => {
    switch (signal.kind) {
      case 'sent':
        this.ledger.sent(signal, signal.by === 'server' ? 'server' : 'other');
        break;
      case 'outcome': {
        const message = this.ledger.message(signal.channel, signal.id);
        if (signal.state === 'accepted') this.ledger.accepted(message, signal.at, 'other');
        else if (signal.state === 'refused') this.ledger.refused(message, 'other');
        else this.ledger.unconfirmed(message);
        break;
      }
      case 'levels':
        this.#others.set(from, signal);
        this.#callWaiters();
        break;
      case 'finish':
        this.#finish(signal.interrupted);
        break;
      case 'hello':
      case 'spread':
      case 'part':
        break;
    }
  };

  #finish(interrupted: boolean): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#countFrames(now());
    const ledger = this.ledger.settle(now(), interrupted);
    this.#exchange.send({
      kind: 'part',
      part: { ledger, metrics: this.metrics.encode(), clocks: [...this.#clocks.values()] },
    });
    this.#exchange.flush();
  }

  /** Clocks drift apart, so each is measured again and again. The last offset counts. */
  async #measureClocks(): Promise<void> {
    const { clocks, message } = this.settings;
    await Promise.all(
      clocks.map(async (url, index) => {
        try {
          const measured = await measureClock(url);
          const applied = index === 0 && message?.publishedAt !== undefined;
          if (applied) this.#stampsAhead = measured.offsetMs;
          this.#clocks.set(url, { ...measured, ...(applied && { applied }) });
        } catch (error) {
          this.error('clock', `${url}: ${String(error)}`);
        }
      }),
    );
  }

  #tellLevels(): void {
    const at = now();
    const { subscribers, pending } = this.ledger;
    this.#countFrames(at);
    this.metrics.level('open', this.open, at);
    this.metrics.level('subscribers', subscribers, at);
    this.metrics.level('pending', pending, at);
    // Each message changes the totals. They are only for the line of progress: once a second is enough.
    const levels = `${this.open} ${subscribers} ${sumOf(this.#signals)}`;
    if (levels !== this.#levelsTold || at - this.#toldAt >= windowMs) {
      this.#levelsTold = levels;
      this.#toldAt = at;
      this.#exchange.send({
        ...{ kind: 'levels', open: this.open, subscribers, signals: { ...this.#signals } },
        totals: {
          received: this.metrics.total('received'),
          missed: this.metrics.total('missed'),
          published: this.metrics.total('published'),
          errors: this.#errors,
        },
      });
    }
    this.#callWaiters();
  }

  /**
   * Thousands of users may wait, so they are called only if a level that they wait for has changed.
   */
  #callWaiters(): void {
    const signals = [this.#signals, ...[...this.#others.values()].map((other) => other.signals)];
    const given = signals.reduce((sum, each) => sum + sumOf(each), 0);
    const levels = `${this.subscribers} ${given}`;
    if (levels === this.#levelsSeen) return;
    this.#levelsSeen = levels;
    for (const changed of this.#levelWaiters) changed();
  }

  #countFrames(at: number): void {
    this.metrics.count('frames', this.frameCount, at);
    this.metrics.count('bytes', this.byteCount, at);
    this.frameCount = 0;
    this.byteCount = 0;
  }

  #reportSpread(message: Message): void {
    const { key, intendedAt, latencies = [] } = message;
    this.#exchange.send({
      kind: 'spread',
      reports: [{ key, intendedAt, latencies: Float32Array.from(latencies) }],
    });
  }

  #sampleStalls(): void {
    let expected = now() + stallMs;
    this.#every(stallMs, () => {
      const at = now();
      this.metrics.time('stall', Math.max(0, at - expected), at);
      expected = at + stallMs;
    });
  }

  #every(ms: number, action: () => void): void {
    this.#timers.push(setInterval(action, ms).unref());
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
