import type { Recipients } from '../queue/index.ts';
import type { Page, PageReader } from './pages.ts';

/**
 * Gives the recipients of a task one by one, while it reads the next page. It knows at any time
 * which recipients have not been taken yet.
 */
export class RecipientStream {
  readonly #recipients: Recipients;
  readonly #read: PageReader;
  readonly #onPage: () => void;
  /** The page that is being read. */
  #coming: Promise<Page> | undefined;
  #page: Page = { connectionIds: [], last: false };
  #next = 0;
  /** The last recipient that was taken, in the order of the table. */
  #cursor: string | undefined;
  #exhausted = false;
  #stopped = false;
  #pageTaken: (() => void) | undefined;
  #onStop: (() => void) | undefined;

  /** @param onPage called when `take` has a recipient again */
  constructor(recipients: Recipients, read: PageReader, onPage: () => void) {
    this.#recipients = recipients;
    this.#read = read;
    this.#onPage = onPage;
  }

  /** The next recipient; undefined when none is available right now. */
  take(): string | undefined {
    const connectionId = this.#page.connectionIds[this.#next];
    if (connectionId === undefined) return undefined;
    this.#next += 1;
    this.#cursor = connectionId;
    if (this.#next === this.#page.connectionIds.length) this.#pageTaken?.();
    return connectionId;
  }

  /** Begins to read the first page, so that `run` need not wait for it. */
  prefetch(): void {
    this.#coming ??= this.#readAhead();
  }

  /**
   * Reads page after page; resolves when all recipients are taken, or after `stop`.
   *
   * @throws Error when a page can't be read
   */
  async run(): Promise<void> {
    this.prefetch();
    while (this.#coming !== undefined) {
      const page: Page | undefined = await this.#unlessStopped(this.#coming);
      if (page === undefined) return;
      this.#coming = page.last ? undefined : this.#readAhead();
      await this.#untilTaken(page);
      if (this.#next < page.connectionIds.length) return;
    }
    this.#exhausted = true;
  }

  /** Whether another page follows the current one. */
  get hasUnreadPages(): boolean {
    return this.#coming !== undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#onStop?.();
  }

  /** The recipients that have not been taken; undefined when all have. */
  rest(): Recipients | undefined {
    if (this.#exhausted) return undefined;
    if ('shard' in this.#recipients) {
      return { ...this.#recipients, after: this.#cursor ?? this.#recipients.after };
    }
    return { connectionIds: this.#recipients.connectionIds.slice(this.#next) };
  }

  #readAhead(): Promise<Page> {
    const page = this.#read();
    // The promise may reject before anything waits for it.
    page.catch(() => undefined);
    return page;
  }

  async #untilTaken(page: Page): Promise<void> {
    this.#page = page;
    this.#next = 0;
    if (page.connectionIds.length === 0) return;
    const taken = Promise.withResolvers<undefined>();
    this.#pageTaken = () => {
      taken.resolve(undefined);
    };
    this.#onPage();
    await this.#unlessStopped(taken.promise);
  }

  /**
   * Resolves as the promise does, or with undefined as soon as this is stopped. Not `Promise.race`
   * with one promise for the stop: that would keep every page until the end.
   */
  #unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#onStop = () => {
        resolve(undefined);
      };
      if (this.#stopped) resolve(undefined);
      promise.then(resolve, reject);
    });
  }
}
