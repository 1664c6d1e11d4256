import type { EventOf, Events } from '../events/index.ts';
import { newTraceId } from '../ids/index.ts';

/** The maximum number of record ids in a fact. A batch may have 10,000 records. */
const MAXIMUM_IDS = 1000;

type Batch = EventOf<'batch.read'>;

type OfMapping = Pick<Batch, 'functionName' | 'source' | 'sourceName' | 'mapping' | 'traceId'>;

/** Emits the facts about the batches of one event source mapping, or about one batch. */
export class BatchFacts {
  readonly #events: Events;
  readonly #of: OfMapping;

  constructor(events: Events, of: OfMapping) {
    this.#events = events;
    this.#of = of;
  }

  /** Makes the facts of one batch. Reading it and the invocations with it are one trace. */
  ofBatch(): BatchFacts {
    return new BatchFacts(this.#events, { ...this.#of, traceId: newTraceId() });
  }

  /** The id of the batch's trace. */
  get traceId(): string | undefined {
    return this.#of.traceId;
  }

  /**
   * Reports that a batch was read.
   *
   * @param ids the ids of the messages or changes in the batch
   * @param ageMs the age of the oldest record, in ms
   */
  read(ids: readonly string[], bytes: number, ageMs: number): void {
    if (!this.#events.hasListeners) return;
    this.#events.emit({
      ...{ type: 'batch.read', timeMs: this.#events.now(), ...this.#of },
      ...{ records: ids.length, bytes, ageMs, carries: ids.slice(0, MAXIMUM_IDS) },
    });
  }

  /** Reports records that were handled by the function, or dropped by a filter. */
  succeeded(records: number, durationMs: number): void {
    if (!this.#events.hasListeners || records === 0) return;
    this.#events.emit({
      ...{ type: 'batch.succeeded', timeMs: this.#events.now(), ...this.#of },
      ...{ records, durationMs },
    });
  }

  /**
   * Reports that records are retried.
   *
   * @param failed the number of records that are retried
   * @param ageMs the age of a stream's newest record, in ms
   */
  retried(records: number, failed: number, attempt: number, reason: string, ageMs?: number): void {
    if (!this.#events.hasListeners) return;
    this.#events.emit({
      ...{ type: 'batch.retried', timeMs: this.#events.now(), ...this.#of },
      ...{ records, failed, attempt, reason, ageMs },
    });
  }

  bisected(records: number, parts: readonly number[]): void {
    if (!this.#events.hasListeners) return;
    this.#events.emit({
      ...{ type: 'batch.bisected', timeMs: this.#events.now(), ...this.#of, records, parts },
    });
  }

  discarded(records: number, reason: EventOf<'batch.discarded'>['reason']): void {
    if (!this.#events.hasListeners || records === 0) return;
    this.#events.emit({
      ...{ type: 'batch.discarded', timeMs: this.#events.now(), ...this.#of, records, reason },
    });
  }

  /** Reports whether the record about a discarded batch was sent to the destination. */
  destination(target: string, requestId: string, error: string | undefined): void {
    if (!this.#events.hasListeners) return;
    this.#events.emit({
      ...{ type: 'destination.sent', timeMs: this.#events.now(), kind: 'on-failure', target },
      ...{ functionName: this.#of.functionName, requestId, error },
      outcome: error === undefined ? 'delivered' : 'failed',
    });
  }
}
