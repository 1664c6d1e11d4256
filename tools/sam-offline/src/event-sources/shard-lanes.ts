import type { StreamRecord } from '../services/index.ts';
import { MAXIMUM_BATCH_BYTES, recordBytes } from './batch-payload.ts';
import { Wakeup } from './wakeup.ts';

export interface ShardLanesOptions {
  /**
   * `ParallelizationFactor`: the number of batches of a shard that are delivered at the same time.
   */
  readonly lanes: number;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly stopping: AbortSignal;
  /** Delivers a batch. It resolves when the records are settled, or when the mapping stops. */
  readonly deliver: (
    batch: readonly StreamRecord[],
    settled: (records: readonly StreamRecord[]) => void,
  ) => Promise<void>;
  /** Called when all records up to this sequence number are settled. */
  readonly onProgress: (sequenceNumber: string) => void;
}

interface Entry {
  readonly record: StreamRecord;
  readonly bytes: number;
  readonly addedAtMs: number;
}

/**
 * Distributes a shard's records to lanes by item, and makes batches from the records in each lane.
 * The records of an item stay in order, while the records of other items are delivered at the same
 * time.
 */
export class ShardLanes {
  readonly #options: ShardLanesOptions;
  readonly #lanes: readonly { readonly queue: Entry[]; readonly wakeup: Wakeup }[];
  /**
   * The records in the shard's order; true if the record is settled. The progress is the last of
   * the settled records at the beginning.
   */
  readonly #progress = new Map<string, boolean>();
  readonly #room = new Wakeup();
  readonly #loops: readonly Promise<void>[];

  constructor(options: ShardLanesOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => ({
      queue: [],
      wakeup: new Wakeup(),
    }));
    this.#loops = this.#lanes.map((lane) => this.#run(lane.queue, lane.wakeup));
    options.stopping.addEventListener('abort', () => {
      this.#room.wake();
      for (const lane of this.#lanes) lane.wakeup.wake();
    });
  }

  /**
   * Adds a record to its lane.
   * @param laneKey the item's key; records with the same key stay in order
   */
  add(record: StreamRecord, laneKey: string): void {
    this.#progress.set(record.dynamodb.SequenceNumber, false);
    const lane = this.#lanes[hashOf(laneKey) % this.#lanes.length];
    lane?.queue.push({ record, bytes: recordBytes(record), addedAtMs: Date.now() });
    lane?.wakeup.wake();
  }

  /** Skips a record that a filter drops. */
  skip(record: StreamRecord): void {
    this.#progress.set(record.dynamodb.SequenceNumber, true);
    this.#advance();
  }

  /** Waits until there are at most two waiting batches for each lane. */
  async room(): Promise<void> {
    const limit = this.#options.batchSize * this.#lanes.length * 2;
    while (this.#progress.size > limit && !this.#options.stopping.aborted) await this.#room.wait();
  }

  /** Waits until all records are settled. */
  async drained(): Promise<void> {
    while (this.#progress.size > 0 && !this.#options.stopping.aborted) await this.#room.wait();
  }

  /** Resolves when the running batches have ended after `stopping`. */
  async finished(): Promise<void> {
    await Promise.all(this.#loops);
  }

  async #run(queue: Entry[], wakeup: Wakeup): Promise<void> {
    const { stopping, deliver } = this.#options;
    while (!stopping.aborted) {
      const [first] = queue;
      if (first === undefined) {
        await wakeup.wait();
        continue;
      }
      await this.#window(first, queue, wakeup);
      // A batch that is taken after the mapping stopped is not delivered, because `deliver` checks
      // `stopping` too.
      await deliver(this.#take(queue), (records) => {
        for (const record of records) this.#progress.set(record.dynamodb.SequenceNumber, true);
        this.#advance();
      });
    }
  }

  /** Waits for the batch window, unless the batch is full earlier. */
  async #window(first: Entry, queue: readonly Entry[], wakeup: Wakeup): Promise<void> {
    const { batchSize, batchWindowMs, stopping } = this.#options;
    for (;;) {
      const left = first.addedAtMs + batchWindowMs - Date.now();
      if (batchWindowMs === 0 || left <= 0 || queue.length >= batchSize || stopping.aborted) return;
      if (queue.reduce((sum, { bytes }) => sum + bytes, 0) >= MAXIMUM_BATCH_BYTES) return;
      await wakeup.wait(left);
    }
  }

  #take(queue: Entry[]): StreamRecord[] {
    let bytes = 0;
    let count = 0;
    for (const entry of queue) {
      bytes += entry.bytes;
      if (count > 0 && (count >= this.#options.batchSize || bytes > MAXIMUM_BATCH_BYTES)) break;
      count += 1;
    }
    return queue.splice(0, count).map((entry) => entry.record);
  }

  #advance(): void {
    let last: string | undefined;
    for (const [sequenceNumber, isSettled] of this.#progress) {
      if (!isSettled) break;
      last = sequenceNumber;
      this.#progress.delete(sequenceNumber);
    }
    if (last === undefined) return;
    this.#options.onProgress(last);
    this.#room.wake();
  }
}

/** Gives the FNV-1a hash with 32 bits. */
function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
