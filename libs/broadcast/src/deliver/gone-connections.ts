import type { Channel } from '@blogapp/shared-types';
import { ROWS_PER_BATCH, removeGoneConnections, type ConnectionsTable } from '../channels/index.ts';

/** Batches that are removed at the same time. */
const MAX_REMOVALS = 4;
/**
 * When this many wait to be removed, pushing pauses. So memory has a limit even when everybody is
 * gone.
 */
const MAX_COLLECTED = 20 * ROWS_PER_BATCH;

/** Collects the connections whose push got a 410 and removes them in batches, beside the pushes. */
export class GoneConnections {
  readonly #table: ConnectionsTable;
  readonly #channel: Channel;
  readonly #onRoom: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #removals = new Set<Promise<void>>();
  #collected: string[] = [];

  /** @param onRoom called when `full` may have become false */
  constructor(
    table: ConnectionsTable,
    channel: Channel,
    callbacks: { readonly onRoom: () => void; readonly onError: (error: unknown) => void },
  ) {
    this.#table = table;
    this.#channel = channel;
    this.#onRoom = callbacks.onRoom;
    this.#onError = callbacks.onError;
  }

  get full(): boolean {
    return this.#collected.length >= MAX_COLLECTED;
  }

  add(connectionId: string): void {
    this.#collected.push(connectionId);
    if (this.#collected.length >= ROWS_PER_BATCH) this.#start();
  }

  /**
   * Removes the connections that are left, as far as the time allows. Rows that stay do no harm:
   * the next push to them gets a 410 again. But if the worker ran into its time-out, its complete
   * task would be done again.
   *
   * @param timeMs the time to take, from 0 (milliseconds)
   */
  async finish(timeMs: number): Promise<void> {
    const timeIsUp = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      this.#collected = [];
      timeIsUp.resolve(undefined);
    }, timeMs);
    await Promise.race([this.#removeAll(), timeIsUp.promise]);
    clearTimeout(timer);
  }

  async #removeAll(): Promise<void> {
    while (this.#collected.length > 0 || this.#removals.size > 0) {
      this.#start();
      await Promise.race(this.#removals);
    }
  }

  #start(): void {
    while (this.#collected.length > 0 && this.#removals.size < MAX_REMOVALS) {
      const batch = this.#collected.slice(0, ROWS_PER_BATCH);
      this.#collected = this.#collected.slice(ROWS_PER_BATCH);
      const removal = removeGoneConnections(this.#table, batch, this.#channel)
        .catch(this.#onError)
        .finally(() => {
          this.#removals.delete(removal);
          if (this.#collected.length >= ROWS_PER_BATCH) this.#start();
          this.#onRoom();
        });
      this.#removals.add(removal);
    }
  }
}
