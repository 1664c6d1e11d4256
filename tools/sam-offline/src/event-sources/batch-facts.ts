import type { EventOf, Events } from '../events/index.ts';
import { newTraceId } from '../ids/index.ts';

/** A fact has the ids of so many records: a batch may have 10,000. */
const MAXIMUM_IDS = 1000;

type Batch = EventOf<'batch.read'>;

type OfMapping = Pick<Batch, 'functionName' | 'source' | 'sourceName' | 'mapping' | 'traceId'>;

/** Tells what becomes of the batches of one event source mapping, or of one batch. */
export class BatchFacts {
  readonly #events: Events;
  readonly #of: OfMapping;

  constructor(events: Events, of: OfMapping) {
    this.#events = events;
    this.#of = of;
  }

  /** The facts of a batch: its reading and the invocations with it are one trace. */
  ofBatch(): BatchFacts {
    return new BatchFacts(this.#events, { ...this.#of, traceId: newTraceId() });
  }

  /** The trace of the batch. */
  get traceId(): string | undefined {
    return this.#of.traceId;
  }

  /**
   * @param ids of the messages or changes that the batch carries
   * @param ageMs of the record that has waited longest
   */
  read(ids: readonly string[], bytes: number, ageMs: number): void {
    if (!this.#events.hasListeners) return;
    this.#events.emit({
      ...{ type: 'batch.read', timeMs: this.#events.now(), ...this.#of },
      ...{ records: ids.length, bytes, ageMs, carries: ids.slice(0, MAXIMUM_IDS) },
    });
  }

  /** Records that are done with: handled, or dropped by a filter. */
  succeeded(records: number, durationMs: number): void {
    if (!this.#events.hasListeners || records === 0) return;
    this.#events.emit({
      ...{ type: 'batch.succeeded', timeMs: this.#events.now(), ...this.#of },
      ...{ records, durationMs },
    });
  }

  /**
   * @param failed how many records are tried again
   * @param ageMs of a stream's newest record
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

  /** The record about a discarded batch was sent, or was not. */
  destination(target: string, requestId: string, error: string | undefined): void {
    if (!this.#events.hasListeners) return;
    this.#events.emit({
      ...{ type: 'destination.sent', timeMs: this.#events.now(), kind: 'on-failure', target },
      ...{ functionName: this.#of.functionName, requestId, error },
      outcome: error === undefined ? 'delivered' : 'failed',
    });
  }
}
