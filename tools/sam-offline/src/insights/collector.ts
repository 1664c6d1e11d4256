import type { EventBus, StackEvent } from '../events/index.ts';
import { LogCatalog } from './logs/index.ts';
import { EmfLines, MetricStore } from './metrics/index.ts';
import { platformMetrics } from './platform-metrics/index.ts';
import type { EventStore } from './store/index.ts';

/** How long, in ms, facts wait until they are stored together. */
const FLUSH_MS = 100;
/** From this number of facts on, they are stored without waiting for the time. */
const BATCH = 500;
/**
 * The number of facts that are stored in one turn of the event loop in which nothing else happens.
 * Storing 500 facts at once took 1.3 ms, and so one message in a hundred, which is six facts, was
 * late by this time. Much smaller parts would cost more, since each part is a write to the file:
 * 500 facts in parts of 32 took twice the processor time, and in parts of 125 no more.
 */
const PART = 125;
/** From this number of facts on, they are stored whatever else happens, a quarter of them a turn. */
const MOST_WAITING = 2 * BATCH;
/**
 * The most different problems with EMF that are reported. A function with a mistake repeats it all
 * the time.
 */
const MAXIMUM_PROBLEMS = 200;

/**
 * Takes the facts of a run, stores them, and makes metrics of them. It collects facts while they
 * happen, and processes many of them together a moment later.
 */
export class Collector {
  readonly metrics: MetricStore;
  readonly catalog = new LogCatalog();
  readonly #store: Pick<EventStore, 'append'>;
  readonly #bus: EventBus | undefined;
  readonly #addPlatformMetrics: (event: StackEvent) => void;
  readonly #emfLines: EmfLines;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #problems = new Set<string>();
  #waiting: StackEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #nextPart: NodeJS.Immediate | undefined;
  /** The number of facts that waited at the end of the turn before. */
  #waitingBefore = 0;

  constructor(store: Pick<EventStore, 'append'>, bus: EventBus | undefined) {
    this.#store = store;
    this.#bus = bus;
    this.metrics = new MetricStore(() =>
      bus?.warn(
        'warn',
        'There are more than 20,000 different metrics; further ones are not kept. Use dimensions with fewer different values.',
      ),
    );
    this.#addPlatformMetrics = platformMetrics(this.metrics);
    this.#emfLines = new EmfLines(this.metrics);
    this.#unsubscribe = bus?.subscribe((event) => {
      this.take(event);
    });
  }

  /** Takes a fact. */
  take(event: StackEvent): void {
    this.#waiting.push(event);
    if (this.#nextPart !== undefined) return;
    if (this.#waiting.length >= BATCH) this.#storeInParts();
    else this.#timer ??= setTimeout(this.#storeInParts, FLUSH_MS).unref();
  }

  /** Stores the facts that wait. */
  flush(): void {
    this.#endWait();
    const events = this.#waiting;
    this.#waiting = [];
    this.#add(events);
  }

  /**
   * Stores the facts that wait in parts, while a message's function runs and in other pauses, so
   * that no message waits for it.
   */
  readonly #storeInParts = (): void => {
    this.#endWait();
    const { length } = this.#waiting;
    const isIdle = length === this.#waitingBefore;
    if (isIdle || length >= MOST_WAITING) {
      this.#add(this.#waiting.splice(0, Math.max(PART, isIdle ? 0 : length >> 2)));
    }
    this.#waitingBefore = this.#waiting.length;
    if (this.#waitingBefore > 0) this.#nextPart = setImmediate(this.#storeInParts);
  };

  #endWait(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#nextPart);
    this.#timer = undefined;
    this.#nextPart = undefined;
  }

  #add(events: readonly StackEvent[]): void {
    if (events.length === 0) return;
    this.#store.append(events);
    for (const event of events) this.fold(event, true);
  }

  /**
   * Makes metrics and log groups of a fact.
   *
   * @param isNew false if the fact is of an earlier run
   */
  fold(event: StackEvent, isNew: boolean): void {
    this.#addPlatformMetrics(event);
    if (event.type === 'metric.put') {
      this.metrics.addDatum(event.namespace, event.timeMs, event.datum);
      return;
    }
    this.catalog.add(event);
    if (event.type === 'log') this.#addEmf(event, isNew);
  }

  close(): void {
    this.#unsubscribe?.();
    this.flush();
  }

  #addEmf(event: StackEvent & { readonly type: 'log' }, isNew: boolean): void {
    const problems = this.#emfLines.add(event.text, event.ingestedMs ?? event.timeMs);
    if (!isNew) return;
    const who = event.functionName ?? event.logGroup ?? '';
    for (const problem of problems) {
      const text = `${who} wrote a metric that CloudWatch does not take: ${problem}.`;
      if (this.#problems.size >= MAXIMUM_PROBLEMS || this.#problems.has(text)) continue;
      this.#problems.add(text);
      this.#bus?.warn('warn', text);
    }
  }
}
