import type { Budget } from '../contract.ts';
import type { BroadcastLog, BroadcastTrace, ObservedDelivery } from '../observer.ts';
import type { ConnectionsTable } from '../channels/index.ts';
import {
  type FanoutQueue,
  MAX_IDS_PER_TASK,
  type DeliveryTask,
  type Recipients,
} from '../queue/index.ts';
import type { ConnectionsTransport, Pusher } from '../transport/index.ts';
import { noCounts, type DeliveryCounts } from './counts.ts';
import { Failures, reasonOf } from './failures.ts';
import { GoneConnections } from './gone-connections.ts';
import { noticed, pageReader, traced } from './pages.ts';
import {
  CLEAN_UP_MARGIN_MS,
  isPermanent,
  STOP_GRACE_MS,
  STOP_MARGIN_MS,
  type RetryPolicy,
} from './policy.ts';
import { RecipientStream } from './recipient-stream.ts';
import { Remainder } from './remainder.ts';
import { Retries } from './retries.ts';
import type { Push, PushSource, Sender } from './sender.ts';

export interface DeliveryContext {
  readonly table: ConnectionsTable;
  readonly queue: FanoutQueue;
  readonly sender: Sender;
  readonly policy: RetryPolicy;
  readonly log: BroadcastLog;
  readonly trace: BroadcastTrace;
  readonly stage: ObservedDelivery['stage'];
  /** Rows of one page (items). */
  readonly pageSize: number;
  /**
   * When it is aborted, each shard whose last page is not read yet is queued, as when the budget is
   * spent.
   */
  readonly queueRest?: AbortSignal | undefined;
  /** Called once for each task whose first page is not its last. */
  readonly onMorePages?: (() => void) | undefined;
}

/** The most recipients that wait for another try; beyond this number, no new ones are started. */
const MAX_WAITING = 1_000;
/** The longest delay that Node's timers take (ms). */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Works on one task until it is done or its budget is spent. Pages are read one ahead; the pushes of
 * the next page may start before those of this page have ended.
 *
 * It queues exactly what remains: the shard after the last recipient whose push was started (its id is
 * the cursor), and, by their ids, the recipients whose push was started without success. So nobody
 * gets a repeat when the time runs out in the middle of a page.
 */
class Delivery implements PushSource {
  readonly pusher: Pusher;
  readonly #context: DeliveryContext;
  readonly #task: DeliveryTask;
  readonly #budget: Budget;
  readonly #counts: DeliveryCounts = noCounts();
  readonly #occurredAt: number;
  readonly #recipients: RecipientStream;
  readonly #retries: Retries;
  readonly #gone: GoneConnections;
  readonly #remainder: Remainder;
  readonly #failures = new Failures();
  readonly #refused = new Failures();
  readonly #queueing = new Set<Promise<void>>();
  readonly #settled = Promise.withResolvers<undefined>();
  /** Whether no further recipient follows, for any reason. */
  #allTaken = false;
  #inFlight = 0;
  #stopping = false;
  #abandoned = false;
  #graceTimer: NodeJS.Timeout | undefined;
  #queueError: Error | undefined;

  constructor(
    context: DeliveryContext,
    task: DeliveryTask,
    pusher: Pusher,
    recipients: RecipientStream,
    budget: Budget,
  ) {
    this.#context = context;
    this.#task = task;
    this.#occurredAt = Date.parse(task.event.occurredAt);
    this.#counts.firstDeliveredAt = task.firstDeliveredAt ?? 0;
    this.pusher = pusher;
    this.#budget = budget;
    const wake = (): void => {
      context.sender.pump();
    };
    this.#recipients = recipients;
    this.#retries = new Retries(context.policy.backoff, wake);
    this.#gone = new GoneConnections(context.table, task.event.channel, {
      onRoom: wake,
      onError: (error) => {
        this.#warn('rows of gone connections could not be removed', error);
      },
    });
    this.#remainder = new Remainder(context.queue, context.policy, task, this.#counts);
  }

  /** @throws Error when what remains could not be queued; then the caller has to repeat the task */
  async run(): Promise<DeliveryCounts> {
    const { trace } = this.#context;
    const { channel, meta } = this.#task.event;
    const annotations = { channel, correlationId: meta.correlationId };
    const readError = await trace.phase('push', () => this.#push(), annotations);
    const cleanUpMs = this.#budget.remainingMs() - CLEAN_UP_MARGIN_MS;
    await trace.phase('clean up', () =>
      Promise.all([this.#queueRemainder(readError), this.#gone.finish(timerMs(cleanUpMs))]),
    );
    return this.#counts;
  }

  /** @returns why recipients could not be read, when they could not */
  async #push(): Promise<Error | undefined> {
    const { sender, queueRest } = this.#context;
    const timeMs = this.#budget.remainingMs() - STOP_MARGIN_MS;
    const stopTimer = setTimeout(() => {
      this.#stop();
    }, timerMs(timeMs));
    const onQueueRest = (): void => {
      if (this.#recipients.hasUnreadPages) this.#stop();
    };
    queueRest?.addEventListener('abort', onQueueRest, { once: true });
    let readError: Error | undefined;
    sender.add(this);
    // The event before may have taken all the time.
    if (timeMs <= 0 || queueRest?.aborted === true) {
      this.#stop();
    } else {
      readError = await this.#recipients.run().then(() => undefined, errorFrom);
    }
    this.#allTaken = true;
    this.#checkSettled();
    await this.#settled.promise;
    clearTimeout(stopTimer);
    clearTimeout(this.#graceTimer);
    queueRest?.removeEventListener('abort', onQueueRest);
    sender.remove(this);
    return readError;
  }

  take(push: Push): boolean {
    if (this.#stopping) return false;
    if (this.#budget.remainingMs() <= STOP_MARGIN_MS) {
      this.#stop();
      return false;
    }
    const retry = this.#retries.take();
    if (retry !== undefined) {
      push.connectionId = retry.connectionId;
      push.attempt = retry.attempt;
    } else {
      const connectionId = this.#hasRoom() ? this.#recipients.take() : undefined;
      if (connectionId === undefined) return false;
      this.#counts.recipients += 1;
      push.connectionId = connectionId;
      push.attempt = 1;
    }
    this.#inFlight += 1;
    return true;
  }

  settle({ connectionId, attempt }: Push, status: number, error: Error | undefined): void {
    // This recipient is queued already. If the push arrived after all, the client drops the repeat.
    if (this.#abandoned) return;
    this.#inFlight -= 1;
    if (error === undefined) {
      this.#countDelivery(Date.now());
    } else if (status === 410) {
      this.#counts.stale += 1;
      this.#gone.add(connectionId);
    } else {
      if (status === 429) this.#counts.throttled += 1;
      this.#onFailure(connectionId, attempt, status, error);
    }
    this.#checkSettled();
  }

  #countDelivery(now: number): void {
    this.#counts.delivered += 1;
    this.#counts.lastDeliveredAt = now;
    if (this.#counts.firstDeliveredAt === 0) this.#counts.firstDeliveredAt = now;
    this.#counts.latencies.record(now - this.#occurredAt);
  }

  #hasRoom(): boolean {
    return this.#retries.size < MAX_WAITING && !this.#gone.full && this.#queueing.size < 2;
  }

  #onFailure(connectionId: string, attempt: number, status: number, error: Error): void {
    const reason = reasonOf(status, error);
    if (isPermanent(status)) {
      this.#refused.add(connectionId, reason);
      if (this.#refused.size >= MAX_IDS_PER_TASK) this.#start(this.#deadLetterRefused());
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
    return this.#remainder.retry({ connectionIds }, this.#task.attempt + 1, reason);
  }

  #deadLetterRefused(): Promise<void> {
    const { connectionIds, reason } = this.#refused.take();
    this.#warn('recipients were refused', undefined, { failed: connectionIds.length, reason });
    return this.#remainder.refuse({ connectionIds }, reason, (error) => {
      this.#warn('the dead-letter queue does not respond', error);
    });
  }

  /** Lets recipients be queued while pushes go on. */
  #start(queueing: Promise<void>): void {
    const started = queueing
      .catch((error: unknown) => {
        this.#queueError ??= errorFrom(error);
      })
      .finally(() => {
        this.#queueing.delete(started);
        this.#context.sender.pump();
      });
    this.#queueing.add(started);
  }

  async #queueRemainder(readError: Error | undefined): Promise<void> {
    if (this.#failures.size > 0) this.#start(this.#retryFailures());
    if (this.#refused.size > 0) this.#start(this.#deadLetterRefused());
    const rest = this.#recipients.rest();
    if (rest !== undefined) this.#start(this.#queueUnread(rest, readError));
    await Promise.all(this.#queueing);
    if (this.#queueError !== undefined) throw this.#queueError;
  }

  #queueUnread(rest: Recipients, readError: Error | undefined): Promise<void> {
    const started = this.#counts.recipients > 0;
    // When some recipients were taken, this failure is the first in a row.
    const failures = started ? 1 : this.#task.attempt + 1;
    if (readError !== undefined) {
      this.#warn('recipients could not be read', readError, { failures });
      return this.#remainder.retry(
        rest,
        failures,
        `recipients could not be read: ${readError.message}`,
      );
    }
    // A worker that starts no push in its time would queue the same task for ever, so this counts
    // as a failure.
    if (!started && this.#context.stage === 'fanout') {
      return this.#remainder.retry(rest, failures, 'the time budget is too short to start');
    }
    return this.#remainder.continue(rest);
  }

  /**
   * The budget is spent: no push is started any more, and pushes under way have `STOP_GRACE_MS` to
   * end.
   */
  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const connectionId of this.#retries.clear()) {
      this.#failures.add(connectionId, 'no time for another try');
    }
    this.#graceTimer = setTimeout(() => {
      this.#abandon();
    }, STOP_GRACE_MS);
    this.#recipients.stop();
    this.#checkSettled();
  }

  #abandon(): void {
    for (const connectionId of this.#context.sender.inFlightOf(this)) {
      this.#failures.add(connectionId, 'no response before the time was up');
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
      correlation_id: event.meta.correlationId,
      channel: event.channel,
      ...('shard' in recipients && { shard: recipients.shard }),
      attempt,
      ...(error !== undefined && { error }),
      ...fields,
    });
  }
}

/**
 * Works on a task; reading its recipients begins while the transport is being opened.
 *
 * @throws Error when there are no credentials (in time), or what remains could not be queued
 */
export async function deliverTask(
  context: DeliveryContext,
  task: DeliveryTask,
  transport: ConnectionsTransport,
  budget: Budget,
): Promise<DeliveryCounts> {
  const { table, sender, pageSize, trace, onMorePages = () => undefined } = context;
  const { recipients: those, event } = task;
  const reader = noticed(pageReader(table, event.channel, those, pageSize), onMorePages);
  const recipients = new RecipientStream(those, traced(reader, trace), () => {
    sender.pump();
  });
  recipients.prefetch();
  const timeMs = budget.remainingMs() - STOP_MARGIN_MS;
  const pusher = await trace.phase('load', () =>
    within(Math.max(timeMs, STOP_GRACE_MS), transport.open(task.payload)),
  );
  return new Delivery(context, task, pusher, recipients, budget).run();
}

/**
 * Waits for the transport, but not longer than a time: credentials can take longer than a worker
 * has.
 */
async function within<T>(timeMs: number, opening: Promise<T>): Promise<T> {
  const timeIsUp = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    timeIsUp.reject(new Error(`the transport could not be opened within ${Math.round(timeMs)} ms`));
  }, timerMs(timeMs));
  try {
    return await Promise.race([opening, timeIsUp.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A delay that a timer takes; a time that is over becomes 0. */
function timerMs(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_TIMER_MS);
}

function errorFrom(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
