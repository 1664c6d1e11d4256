import type { Budget } from '../contract.ts';
import { partitionCount, type ConnectionsTable } from '../channels/index.ts';
import { holdsMoreThan, INLINE_MS, STOP_MARGIN_MS, type Sender } from '../deliver/index.ts';
import type { Channel } from '@blogapp/shared-types';

export interface InlineOptions {
  readonly table: ConnectionsTable;
  readonly channel: Channel;
  readonly sender: Sender;
  readonly budget: Budget;
  /** Rows of one page (items). */
  readonly pageSize: number;
}

/**
 * Decides whether a publisher serves a channel itself. It queues the shards as soon as it knows
 * that it can't serve them in `INLINE_MS` or its budget. It knows the number of shards, and its
 * first pushes tell how many it makes in that time. A hash spreads connections evenly, so the size
 * of one shard tells the size of all.
 */
export class Inline {
  readonly #options: InlineOptions;
  readonly #queueRest = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #deciding = false;
  #ended = false;

  constructor(options: InlineOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => {
      this.#queueRest.abort();
    }, INLINE_MS);
  }

  /** A signal that is aborted when every shard whose last page is not read yet must be queued. */
  get queueRest(): AbortSignal {
    return this.#queueRest.signal;
  }

  /** Call it when a shard has more than one page: only then is there something to decide. */
  onMorePages(): void {
    if (this.#deciding) return;
    this.#deciding = true;
    this.#isTooMuch().then(
      (isTooMuch) => {
        if (isTooMuch) this.#queueRest.abort();
      },
      // The timer still decides. And when the table can't be read, the pages fail too and report
      // it.
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
