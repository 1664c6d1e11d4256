import type { LocalStore } from '../storage/index.ts';
import { REPEATABLE_MS, retryDelayMs } from './limits.ts';
import { outcomeOf } from './outcome.ts';
import { newWriteId, pendingWriteSchema } from './pending-write.ts';
import type { Operation, PendingWrite, Refusal } from './pending-write.ts';
import type { WriteResult } from './send.ts';
import { superseded } from './supersede.ts';

export interface OutboxOptions {
  readonly store: LocalStore;
  /** Sends one write: `sendWrite`, bound to the API's client. */
  readonly send: (write: PendingWrite) => Promise<WriteResult>;
  /** Returns the id of the signed-in user; undefined when nobody is signed in. */
  readonly userId: () => string | undefined;
  /** Whether the browser has a network. */
  readonly isOnline: () => boolean;
  /** Runs an action while no other tab runs one, so that each write is sent by one tab. */
  readonly exclusively: (action: () => Promise<void>) => Promise<void>;
  /** Calls a function once, after some time (ms). @returns a function that cancels that */
  readonly schedule: (action: () => void, afterMs: number) => () => void;
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
  readonly newId?: () => string;
}

export type ResultListener = (write: PendingWrite, result: WriteResult) => void;

const KEY = 'write.';

/**
 * Keeps the writes that the API has not confirmed yet. Each is shown at once, sent in order, and
 * repeated with the same key until there is a response. Writes are kept when the page is reloaded.
 * A refused write stays, with its reason, until its author has dealt with it.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #resultListeners = new Set<ResultListener>();
  #writes: readonly PendingWrite[];
  #flushing: Promise<void> | undefined;
  #isFlushNeeded = false;
  #cancelRetry: (() => void) | undefined;
  #failures = 0;
  readonly #deletedComments = new Set<string>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#writes = this.#read();
    // Another tab added or sent a write, or got a refusal.
    options.store.onOtherTab(KEY, () => {
      this.#changed();
    });
  }

  /**
   * The writes of all users of this browser, the oldest first. It is the same array until it
   * changes.
   */
  get writes(): readonly PendingWrite[] {
    return this.#writes;
  }

  /** The ids of the comments that the API has deleted for this page. Ids are never used again. */
  get deletedComments(): ReadonlySet<string> {
    return this.#deletedComments;
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /**
   * Calls `listener` with the API's response to each write, before the write is removed from
   * `writes`.
   */
  readonly onResult = (listener: ResultListener): (() => void) => {
    this.#resultListeners.add(listener);
    return () => {
      this.#resultListeners.delete(listener);
    };
  };

  /**
   * Stores a write, and sends it as soon as possible.
   *
   * @throws Error when nobody is signed in
   */
  add(operation: Operation): PendingWrite {
    const userId = this.#options.userId();
    if (userId === undefined) throw new Error('nobody is signed in, so there is no author');
    for (const write of this.#writes) {
      if (write.userId === userId && superseded(write, operation)) this.#forget(write);
    }
    const id = (this.#options.newId ?? newWriteId)();
    const last = this.#writes.at(-1)?.createdAt ?? 0;
    // It is later than all others, even if the clock was set back, because writes are sorted by it.
    const createdAt = Math.max(this.#now(), last + 1);
    const write = { id, userId, createdAt, tries: 0, operation };
    this.#keep(write);
    this.#changed();
    void this.flush();
    return write;
  }

  /**
   * Sends a refused write again as a new request, because the API has refused the first one for
   * good.
   */
  retry(id: string): void {
    const write = this.#writes.find((one) => one.id === id);
    if (write?.refusal === undefined) return;
    this.#forget(write);
    const { refusal: _refusal, ...rest } = write;
    this.#keep({ ...rest, id: (this.#options.newId ?? newWriteId)(), tries: 0 });
    this.#changed();
    void this.flush();
  }

  /**
   * Discards a write that was refused, or that was not tried yet.
   *
   * @returns whether it was discarded
   */
  discard(id: string): boolean {
    const write = this.#writes.find((one) => one.id === id);
    if (write === undefined || (write.refusal === undefined && write.tries > 0)) return false;
    this.#forget(write);
    this.#changed();
    return true;
  }

  /** Sends the waiting writes. Call it when the network is back, or somebody has signed in. */
  flush(): Promise<void> {
    this.#isFlushNeeded = true;
    this.#flushing ??= this.#flushAll();
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    try {
      // This run also sends writes that are added in the same turn of the event loop.
      await Promise.resolve();
      while (this.#isFlushNeeded) {
        this.#isFlushNeeded = false;
        this.#cancelRetry?.();
        this.#cancelRetry = undefined;
        if (this.#next() === undefined) break;
        await this.#options.exclusively(async () => {
          // Another tab may have sent some of them while this tab waited.
          this.#changed();
          for (let write = this.#next(); write !== undefined; write = this.#next()) {
            if (await this.#try(write)) continue;
            // A flush that was requested during the try also waits for the next one.
            this.#isFlushNeeded = false;
            return;
          }
        });
      }
    } finally {
      this.#flushing = undefined;
    }
  }

  #next(): PendingWrite | undefined {
    const userId = this.#options.userId();
    if (userId === undefined || !this.#options.isOnline()) return undefined;
    return this.#writes.find((write) => write.userId === userId && write.refusal === undefined);
  }

  /** Tries to send a write. @returns whether to continue with the next one */
  async #try(waiting: PendingWrite): Promise<boolean> {
    if (isTooOld(waiting, this.#now())) {
      this.#refuse(waiting, { reason: TOO_OLD, isConflict: false });
      return true;
    }
    const write = { ...waiting, tries: waiting.tries + 1 };
    // The try is counted before the write is sent, because after a reload in between, the API may
    // have done it.
    this.#keep(write);
    this.#changed();
    let result: WriteResult;
    try {
      result = await this.#options.send(write);
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome.kind === 'refused') {
        this.#failures = 0;
        this.#refuse(write, outcome.refusal);
        return true;
      }
      if (outcome.kind === 'retry') {
        this.#failures += 1;
        const afterMs = outcome.afterMs ?? retryDelayMs(this.#failures);
        this.#cancelRetry = this.#options.schedule(() => void this.flush(), afterMs);
      }
      return false;
    }
    this.#failures = 0;
    const { operation } = write;
    if (operation.kind === 'comment.delete') this.#deletedComments.add(operation.commentId);
    for (const listener of [...this.#resultListeners]) listener(write, result);
    this.#forget(write);
    this.#changed();
    return true;
  }

  #refuse(write: PendingWrite, refusal: Refusal): void {
    this.#keep({ ...write, refusal });
    this.#changed();
  }

  #keep(write: PendingWrite): void {
    this.#options.store.write(KEY + write.id, write);
  }

  #forget(write: PendingWrite): void {
    this.#options.store.remove(KEY + write.id);
  }

  #read(): readonly PendingWrite[] {
    const { store } = this.#options;
    return store
      .keys(KEY)
      .flatMap((key) => store.read(key, pendingWriteSchema) ?? [])
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  #changed(): void {
    this.#writes = this.#read();
    for (const listener of [...this.#listeners]) listener();
  }
}

const TOO_OLD =
  'It was sent over 23 hours ago, and no response came. Check whether it is there; if it is not, send it again.';

/** Whether it may have been done, so that a repeat could do it twice. */
function isTooOld({ operation, tries, createdAt }: PendingWrite, now: number): boolean {
  const isCreation = operation.kind === 'post.create' || operation.kind === 'comment.create';
  return isCreation && tries > 0 && now - createdAt > REPEATABLE_MS;
}
