import { threadId } from 'node:worker_threads';
import { now } from './clock.ts';
import { measureClock } from './clock-offset.ts';
import { Exchange, type Signal } from './exchange/index.ts';
import { Ledger, type Message } from './ledger/index.ts';
import { Metrics, type ArtilleryEvents } from './metrics/index.ts';
import type { ClockOffset } from './run-record.ts';
import { FrameReader } from './session/index.ts';
import type { Settings } from './settings/index.ts';

/** How often levels are looked at, and other workers are told of them, ms. */
const levelsMs = 100;
/** How often Artillery is told what was measured, and the ledger is made small, ms. */
const windowMs = 1000;
const compactAfterMs = 30_000;
/** The stall timer's period, ms: a shorter stall may go unnoticed. */
const stallMs = 50;

interface OtherWorker {
  subscribers: number;
  publishersEnded: number;
}

/** What all virtual users of one of Artillery's threads share. */
export class Worker {
  readonly settings: Settings;
  readonly metrics = new Metrics();
  readonly ledger: Ledger;
  readonly frames: FrameReader;
  readonly name: string;
  open = 0;
  readonly #exchange: Exchange;
  readonly #others = new Map<string, OtherWorker>();
  readonly #levelWaiters = new Set<() => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #clocks: ClockOffset[] = [];
  #publishersEnded = 0;
  #messages = 0;
  #errors = 0;
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
    this.frames = new FrameReader(settings.message, this.ledger, (publication) => {
      if (this.ledger.message(publication.channel, publication.id).state !== 'unclaimed') return;
      this.ledger.sent(publication, 'server');
      this.#exchange.send({ kind: 'sent', ...publication, by: 'server' });
    });
  }

  /** Says hello to the main thread and starts to sample. */
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
    for (const url of this.settings.clocks) {
      void measureClock(url).then(
        (offset) => this.#clocks.push(offset),
        (error: unknown) => {
          this.error('clock', `${url}: ${String(error)}`);
        },
      );
    }
  }

  /** Ends timers and the exchange; for tests, since Artillery ends the thread. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#exchange.close();
  }

  /** Where Artillery wants to hear of measurements. */
  reportTo(ee: ArtilleryEvents): void {
    this.#reportTo = ee;
  }

  /** Tells Artillery what came since the last time. */
  report(): void {
    if (this.#reportTo !== undefined) this.metrics.report(this.#reportTo);
  }

  /** Counts an error, here and in Artillery. */
  error(kind: string, message: string): void {
    this.#errors += 1;
    this.metrics.error(kind, message, now());
    this.#reportTo?.emit('error', kind);
  }

  /** An id for a message: different in all workers and runs. */
  nextMessageId(): string {
    this.#messages += 1;
    return `${process.pid.toString(36)}-${Math.trunc(performance.timeOrigin).toString(36)}-${this.name}-${this.#messages}`;
  }

  /** Of all workers. */
  get subscribers(): number {
    return [...this.#others.values()].reduce(
      (sum, { subscribers }) => sum + subscribers,
      this.ledger.subscribers,
    );
  }

  /** `publish` steps that ended, of all workers. */
  get publishersEnded(): number {
    return [...this.#others.values()].reduce(
      (sum, { publishersEnded }) => sum + publishersEnded,
      this.#publishersEnded,
    );
  }

  publisherEnded(): void {
    this.#publishersEnded += 1;
    this.#tellLevels();
  }

  /** Calls back whenever levels may have changed, until the returned function is called. */
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

  answered(message: Message, state: 'accepted' | 'refused' | 'unanswered', at: number): void {
    const { id, channel } = message;
    this.#exchange.send({ kind: 'answered', channel: channel.name, id, state, at });
    if (state === 'accepted') {
      this.ledger.accepted(message, at, 'this');
      this.metrics.count('published', 1, at);
    } else if (state === 'refused') this.ledger.refused(message, 'this');
    else this.ledger.unanswered(message);
  }

  readonly #heard = (signal: Signal, from: string): void => {
    switch (signal.kind) {
      case 'sent':
        this.ledger.sent(signal, signal.by === 'server' ? 'server' : 'other');
        break;
      case 'answered': {
        const message = this.ledger.message(signal.channel, signal.id);
        if (signal.state === 'accepted') this.ledger.accepted(message, signal.at, 'other');
        else if (signal.state === 'refused') this.ledger.refused(message, 'other');
        else this.ledger.unanswered(message);
        break;
      }
      case 'levels':
        this.#others.set(from, signal);
        for (const changed of this.#levelWaiters) changed();
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
    const ledger = this.ledger.settle(now(), interrupted);
    this.#exchange.send({
      kind: 'part',
      part: { ledger, metrics: this.metrics.encode(), clocks: this.#clocks },
    });
    this.#exchange.flush();
  }

  #tellLevels(): void {
    const at = now();
    const { subscribers, pending } = this.ledger;
    this.metrics.level('open', this.open, at);
    this.metrics.level('subscribers', subscribers, at);
    this.metrics.level('pending', pending, at);
    this.#exchange.send({
      ...{ kind: 'levels', open: this.open, subscribers, publishersEnded: this.#publishersEnded },
      totals: {
        received: this.metrics.total('received'),
        missed: this.metrics.total('missed'),
        published: this.metrics.total('published'),
        errors: this.#errors,
      },
    });
    for (const changed of this.#levelWaiters) changed();
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
