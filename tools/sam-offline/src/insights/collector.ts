import type { EventBus, StackEvent } from '../events/index.ts';
import { LogCatalog } from './logs/index.ts';
import { EmfLines, MetricStore } from './metrics/index.ts';
import { platformMetrics } from './platform-metrics/index.ts';
import type { EventStore } from './store/index.ts';

/** How long, in ms, facts wait until they are stored together. */
const FLUSH_MS = 100;
/**
 * The number of facts that are stored at once. It is limited, so that storing them does not delay
 * other work for long.
 */
const BATCH = 500;
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
  readonly #store: EventStore;
  readonly #bus: EventBus | undefined;
  readonly #addPlatformMetrics: (event: StackEvent) => void;
  readonly #emfLines: EmfLines;
  readonly #unsubscribe: (() => void) | undefined;
  readonly #problems = new Set<string>();
  #waiting: StackEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(store: EventStore, bus: EventBus | undefined) {
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
    if (this.#waiting.length >= BATCH) this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, FLUSH_MS).unref();
  }

  /** Stores the facts that wait. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#waiting;
    if (events.length === 0) return;
    this.#waiting = [];
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
