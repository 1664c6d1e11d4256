import type { Budget } from '../contract.ts';
import type { ConnectionsTable } from '../channels/remove-connection.ts';
import type { BroadcastLog, DeliveryMetrics } from '../observer.ts';
import type { FanoutQueue } from '../queue/fanout-queue.ts';
import { MAX_IDS_PER_TASK, type DeliveryTask, type Recipients } from '../queue/task.ts';
import type { Posting } from '../transport/transport.ts';
import { noCounts, type DeliveryCounts } from './counts.ts';
import { Failures, reasonOf } from './failures.ts';
import { GoneConnections } from './gone-connections.ts';
import { Handover } from './handover.ts';
import { pageReader, type Page } from './pages.ts';
import { isPermanent, STOP_GRACE_MS, STOP_MARGIN_MS, type RetryPolicy } from './policy.ts';
import { Retries } from './retries.ts';
import type { Post, PostSource, Sender } from './sender.ts';

export interface DeliveryContext {
  readonly table: ConnectionsTable;
  readonly queue: FanoutQueue;
  readonly sender: Sender;
  readonly policy: RetryPolicy;
  readonly log: BroadcastLog;
  readonly stage: DeliveryMetrics['stage'];
  /** Rows a page (items). */
  readonly pageSize: number;
}

/** Recipients that wait for another try; more, and no new ones are started. */
const MAX_WAITING = 1_000;
/** The longest that Node's timers take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Works on one task until it is done or its budget is spent. Pages are read one ahead; a page's
 * posts need not be over for the next page's to start.
 *
 * What it leaves is handed over exactly: the shard from the last recipient that was started (its
 * id is the cursor), and the recipients that were started without success by their ids. So time
 * running out in the middle of a page repeats nobody.
 */
export class Delivery implements PostSource {
  readonly posting: Posting;
  readonly #context: DeliveryContext;
  readonly #task: DeliveryTask;
  readonly #budget: Budget;
  readonly #counts: DeliveryCounts = noCounts();
  readonly #retries: Retries;
  readonly #gone: GoneConnections;
  readonly #handover: Handover;
  readonly #failures = new Failures();
  readonly #refused = new Failures();
  readonly #handovers = new Set<Promise<void>>();
  readonly #settled = Promise.withResolvers<undefined>();
  #page: Page = { connectionIds: [], last: false };
  #next = 0;
  /** The last recipient that was started, in the order of the table. */
  #cursor: string | undefined;
  /** Every recipient was started. */
  #exhausted = false;
  /** No page follows, for whatever reason. */
  #allTaken = false;
  #pageTaken: (() => void) | undefined;
  #onStop: (() => void) | undefined;
  #inFlight = 0;
  #stopping = false;
  #abandoned = false;
  #graceTimer: NodeJS.Timeout | undefined;
  #handoverError: Error | undefined;

  constructor(context: DeliveryContext, task: DeliveryTask, posting: Posting, budget: Budget) {
    this.#context = context;
    this.#task = task;
    this.posting = posting;
    this.#budget = budget;
    const wake = (): void => {
      context.sender.pump();
    };
    this.#retries = new Retries(context.policy.backoff, wake);
    this.#gone = new GoneConnections(context.table, task.event.channel, {
      onRoom: wake,
      onError: (error) => {
        this.#warn('rows of gone connections could not be removed', error);
      },
    });
    this.#handover = new Handover(context.queue, context.policy, task, this.#counts);
  }

  /** @throws Error when what is left could not be handed over; then the whole task is to be repeated */
  async run(): Promise<DeliveryCounts> {
    const { sender } = this.#context;
    const timeMs = this.#budget.remainingMs() - STOP_MARGIN_MS;
    const stopTimer = setTimeout(
      () => {
        this.#stop();
      },
      Math.min(Math.max(0, timeMs), MAX_TIMER_MS),
    );
    let readError: Error | undefined;
    sender.add(this);
    if (timeMs <= 0) {
      this.#stop();
    } else {
      readError = await this.#takePages().catch(errorFrom);
    }
    this.#allTaken = true;
    this.#checkSettled();
    await this.#settled.promise;
    clearTimeout(stopTimer);
    clearTimeout(this.#graceTimer);
    sender.remove(this);
    await Promise.all([this.#handOverRest(readError), this.#gone.finish()]);
    return this.#counts;
  }

  take(post: Post): boolean {
    if (this.#stopping) return false;
    if (this.#budget.remainingMs() <= STOP_MARGIN_MS) {
      this.#stop();
      return false;
    }
    const retry = this.#retries.take();
    if (retry !== undefined) {
      post.connectionId = retry.connectionId;
      post.attempt = retry.attempt;
    } else {
      const connectionId = this.#hasRoom() ? this.#page.connectionIds[this.#next] : undefined;
      if (connectionId === undefined) return false;
      this.#next += 1;
      this.#cursor = connectionId;
      this.#counts.recipients += 1;
      post.connectionId = connectionId;
      post.attempt = 1;
      if (this.#next === this.#page.connectionIds.length) this.#pageTaken?.();
    }
    this.#inFlight += 1;
    return true;
  }

  settle({ connectionId, attempt }: Post, status: number, error: Error | undefined): void {
    // Handed over already: should it have arrived after all, the client drops the repeat.
    if (this.#abandoned) return;
    this.#inFlight -= 1;
    if (error === undefined) {
      this.#counts.delivered += 1;
      this.#counts.lastDeliveredAt = Date.now();
    } else if (status === 410) {
      this.#counts.stale += 1;
      this.#gone.add(connectionId);
    } else {
      if (status === 429) this.#counts.throttled += 1;
      this.#onFailure(connectionId, attempt, status, error);
    }
    this.#checkSettled();
  }

  async #takePages(): Promise<undefined> {
    const { table, pageSize } = this.#context;
    const next = pageReader(table, this.#task.event.channel, this.#task.recipients, pageSize);
    const read = (): Promise<Page> => {
      const page = next();
      // Read ahead, it may fail before it is waited for.
      page.catch(() => undefined);
      return page;
    };
    let coming: Promise<Page> | undefined = read();
    while (coming !== undefined) {
      const page: Page | undefined = await this.#unlessStopped(coming);
      if (page === undefined) return undefined;
      coming = page.last ? undefined : read();
      await this.#takePage(page);
      if (this.#stopping && this.#next < page.connectionIds.length) return undefined;
    }
    this.#exhausted = true;
    return undefined;
  }

  async #takePage(page: Page): Promise<void> {
    this.#page = page;
    this.#next = 0;
    if (page.connectionIds.length === 0) return;
    const taken = Promise.withResolvers<undefined>();
    this.#pageTaken = () => {
      taken.resolve(undefined);
    };
    this.#context.sender.pump();
    await this.#unlessStopped(taken.promise);
  }

  /**
   * What the promise resolves with, or undefined as soon as the delivery stops. Not `Promise.race`
   * with a promise that lives as long as the delivery: that would keep every page until its end.
   */
  #unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#onStop = () => {
        resolve(undefined);
      };
      promise.then(resolve, reject);
      if (this.#stopping) resolve(undefined);
    });
  }

  /** The recipients that were not started. */
  #rest(): Recipients | undefined {
    if (this.#exhausted) return undefined;
    const { recipients } = this.#task;
    if ('shard' in recipients) return { ...recipients, after: this.#cursor ?? recipients.after };
    return { connectionIds: recipients.connectionIds.slice(this.#next) };
  }

  #hasRoom(): boolean {
    return this.#retries.size < MAX_WAITING && !this.#gone.full && this.#handovers.size < 2;
  }

  #onFailure(connectionId: string, attempt: number, status: number, error: Error): void {
    const reason = reasonOf(status, error);
    if (isPermanent(status)) {
      this.#refused.add(connectionId, reason);
      if (this.#refused.size >= MAX_IDS_PER_TASK) this.#start(this.#buryRefused());
      return;
    }
    if (!this.#stopping && attempt < this.#context.policy.attempts) {
      if (attempt === 1) this.#counts.retried += 1;
      this.#retries.add(connectionId, attempt);
      return;
    }
    this.#failures.add(connectionId, reason);
    if (this.#failures.size >= MAX_IDS_PER_TASK) this.#start(this.#retryFailures());
  }

  #retryFailures(): Promise<void> {
    const { connectionIds, reason } = this.#failures.take();
    this.#warn('recipients still fail', undefined, { failed: connectionIds.length, reason });
    return this.#handover.retry({ connectionIds }, this.#task.attempt + 1, reason);
  }

  #buryRefused(): Promise<void> {
    const { connectionIds, reason } = this.#refused.take();
    this.#warn('recipients were refused', undefined, { failed: connectionIds.length, reason });
    return this.#handover.bury({ connectionIds }, reason);
  }

  /** Hands over beside the posting. */
  #start(handover: Promise<void>): void {
    const started = handover
      .catch((error: unknown) => {
        this.#handoverError ??= errorFrom(error);
      })
      .finally(() => {
        this.#handovers.delete(started);
        this.#context.sender.pump();
      });
    this.#handovers.add(started);
  }

  async #handOverRest(readError: Error | undefined): Promise<void> {
    if (this.#failures.size > 0) this.#start(this.#retryFailures());
    if (this.#refused.size > 0) this.#start(this.#buryRefused());
    const rest = this.#rest();
    if (rest !== undefined) this.#start(this.#handOver(rest, readError));
    await Promise.all(this.#handovers);
    if (this.#handoverError !== undefined) throw this.#handoverError;
  }

  #handOver(rest: Recipients, readError: Error | undefined): Promise<void> {
    const started = this.#counts.recipients > 0;
    // Where some of it went well, this failure is the first in a row.
    const failures = started ? 1 : this.#task.attempt + 1;
    if (readError !== undefined) {
      this.#warn('recipients could not be read', readError, { failures });
      return this.#handover.retry(
        rest,
        failures,
        `recipients could not be read: ${readError.message}`,
      );
    }
    // A worker that starts nothing in its time would go round for ever.
    if (!started && this.#context.stage === 'fanout') {
      return this.#handover.retry(rest, failures, 'the time budget is too short to start');
    }
    return this.#handover.continue(rest);
  }

  /** The budget is spent: nothing is started any more, and what is under way gets a moment. */
  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const connectionId of this.#retries.clear()) {
      this.#failures.add(connectionId, 'no time for another try');
    }
    this.#graceTimer = setTimeout(() => {
      this.#abandon();
    }, STOP_GRACE_MS);
    this.#onStop?.();
    this.#checkSettled();
  }

  #abandon(): void {
    for (const connectionId of this.#context.sender.inFlightOf(this)) {
      this.#failures.add(connectionId, 'no answer before the time was up');
    }
    this.#abandoned = true;
    this.#settled.resolve(undefined);
  }

  #checkSettled(): void {
    if (this.#allTaken && this.#inFlight === 0 && this.#retries.size === 0) {
      this.#settled.resolve(undefined);
    }
  }

  #warn(message: string, error: unknown, fields: Readonly<Record<string, unknown>> = {}): void {
    const { event, recipients, attempt } = this.#task;
    this.#context.log.warn(message, {
      eventId: event.id,
      correlationId: event.meta.correlationId,
      channel: event.channel,
      ...('shard' in recipients && { shard: recipients.shard }),
      attempt,
      ...(error !== undefined && { error }),
      ...fields,
    });
  }
}

function errorFrom(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
