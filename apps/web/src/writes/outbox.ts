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
  /** Who is signed in; undefined for nobody. */
  readonly userId: () => string | undefined;
  /** Whether the browser has a network at all. */
  readonly isOnline: () => boolean;
  /** Runs an action while no other tab runs one, so that each write is sent by one tab. */
  readonly exclusively: (action: () => Promise<void>) => Promise<void>;
  /** Calls back once, later. @returns what cancels that */
  readonly schedule: (action: () => void, afterMs: number) => () => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly newId?: () => string;
}

export type ResultListener = (write: PendingWrite, result: WriteResult) => void;

const KEY = 'write.';

/**
 * Writes that the API has not confirmed yet: each is applied to what one sees at once, sent in the
 * order in which they were made, and repeated with the same key until there is a response. They
 * outlive a reload. A refused one stays, with its reason, until whoever wrote it has seen it.
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
    // Another tab added one, sent one, or was told that one is refused.
    options.store.onOtherTab(KEY, () => {
      this.#changed();
    });
  }

  /** The writes of everybody who wrote on this browser, the oldest first. The same array until it changes. */
  get writes(): readonly PendingWrite[] {
    return this.#writes;
  }

  /** The comments that the API has deleted for this page. Their ids never come back. */
  get deletedComments(): ReadonlySet<string> {
    return this.#deletedComments;
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Calls back with what the API responded to each write, before the write is gone from `writes`. */
  readonly onResult = (listener: ResultListener): (() => void) => {
    this.#resultListeners.add(listener);
    return () => {
      this.#resultListeners.delete(listener);
    };
  };

  /**
   * Keeps a write, and sends it as soon as that is possible.
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
    // Later than all others, also when the clock was set back: the order is by this.
    const createdAt = Math.max(this.#now(), last + 1);
    const write = { id, userId, createdAt, tries: 0, operation };
    this.#keep(write);
    this.#changed();
    void this.flush();
    return write;
  }

  /** Sends a refused write anew, as another request: the API has settled the first one. */
  retry(id: string): void {
    const write = this.#writes.find((one) => one.id === id);
    if (write?.refusal === undefined) return;
    this.#forget(write);
    const { refusal: _refusal, ...rest } = write;
    this.#keep({ ...rest, id: (this.#options.newId ?? newWriteId)(), tries: 0 });
    this.#changed();
    void this.flush();
  }

  /** Forgets a write that was refused, or that was not tried yet. @returns whether it did */
  discard(id: string): boolean {
    const write = this.#writes.find((one) => one.id === id);
    if (write === undefined || (write.refusal === undefined && write.tries > 0)) return false;
    this.#forget(write);
    this.#changed();
    return true;
  }

  /** Sends what waits. Call it when the network is back, or somebody signed in. */
  flush(): Promise<void> {
    this.#isFlushNeeded = true;
    this.#flushing ??= this.#flushAll();
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    try {
      // What is added in the same turn is sent by this run.
      await Promise.resolve();
      while (this.#isFlushNeeded) {
        this.#isFlushNeeded = false;
        this.#cancelRetry?.();
        this.#cancelRetry = undefined;
        if (this.#next() === undefined) break;
        await this.#options.exclusively(async () => {
          // Another tab may have sent some while this one waited.
          this.#changed();
          for (let write = this.#next(); write !== undefined; write = this.#next()) {
            if (await this.#try(write)) continue;
            // What was asked for during the try waits for the next one too.
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

  /** @returns whether to go on with the next one */
  async #try(waiting: PendingWrite): Promise<boolean> {
    if (isTooOld(waiting, this.#now())) {
      this.#refuse(waiting, { reason: TOO_OLD, isConflict: false });
      return true;
    }
    const write = { ...waiting, tries: waiting.tries + 1 };
    // Before it is sent: after a reload in the middle, the API may have done it.
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
  'It was sent over 23 hours ago, and no response came. Look whether it is there; if it is not, send it again.';

/** Whether it may have been done, and repeating it could do it twice. */
function isTooOld({ operation, tries, createdAt }: PendingWrite, now: number): boolean {
  const isCreation = operation.kind === 'post.create' || operation.kind === 'comment.create';
  return isCreation && tries > 0 && now - createdAt > REPEATABLE_MS;
}
