import type { Budget } from '../contract.ts';
import { partitionCount, type ConnectionsTable } from '../channels/index.ts';
import { holdsMoreThan, INLINE_MS, STOP_MARGIN_MS, type Sender } from '../deliver/index.ts';
import type { Channel } from '@blogapp/shared-types';

export interface InlineOptions {
  readonly table: ConnectionsTable;
  readonly channel: Channel;
  readonly sender: Sender;
  readonly budget: Budget;
  /** Rows a page (items). */
  readonly pageSize: number;
}

/**
 * Decides whether a publisher serves a channel itself: what it can't serve in `INLINE_MS` or its budget,
 * it queues as soon as it knows. It knows the number of shards, and by its first pushes how many it
 * makes in that time. A hash spreads connections evenly, so one shard tells the size of all.
 */
export class Inline {
  readonly #options: InlineOptions;
  readonly #handOver = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #deciding = false;
  #ended = false;

  constructor(options: InlineOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => {
      this.#handOver.abort();
    }, INLINE_MS);
  }

  /** Is aborted when every shard whose last page is not read yet is to be queued. */
  get handOver(): AbortSignal {
    return this.#handOver.signal;
  }

  /** To be called when a shard has more than one page: only then is there something to decide. */
  onMorePages(): void {
    if (this.#deciding) return;
    this.#deciding = true;
    this.#isTooMuch().then(
      (isTooMuch) => {
        if (isTooMuch) this.#handOver.abort();
      },
      // The timer is left, and a table that can't be read fails the pages too, which says so.
      () => undefined,
    );
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  async #isTooMuch(): Promise<boolean> {
    const { table, channel, sender, budget, pageSize } = this.#options;
    await sender.measured;
    if (this.#ended) return false;
    const timeMs = Math.min(INLINE_MS, budget.remainingMs() - STOP_MARGIN_MS);
    const rowsPerShard = Math.floor(sender.pushesIn(timeMs) / partitionCount(table));
    return rowsPerShard <= pageSize || holdsMoreThan(table, channel, 0, rowsPerShard);
  }
}
