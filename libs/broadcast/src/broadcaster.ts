import type { BroadcastResult, Channel, EventDraft } from '@blogapp/shared-types';
import type { Broadcaster, Budget, DeliverOptions, DeliveryReport } from './contract.ts';
import { InvalidTaskError } from './errors.ts';
import {
  noTrace,
  silentObserver,
  type BroadcastObserver,
  type ObservedDelivery,
} from './observer.ts';
import { partitionOf, partitionCount, type ConnectionsTable } from './channels/index.ts';
import {
  noCounts,
  sumOf,
  type DeliveryCounts,
  deliverTask,
  type DeliveryContext,
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
  Remainder,
  Sender,
} from './deliver/index.ts';
import { createEvent, encodeEvent } from './event.ts';
import { Inline, InOrder } from './publish/index.ts';
import { type FanoutQueue, decodeTask, type DeliveryTask, type TaskEvent } from './queue/index.ts';
import type { ConnectionsTransport } from './transport/index.ts';

export interface BroadcasterOptions extends ConnectionsTable {
  readonly transport: ConnectionsTransport;
  readonly queue: FanoutQueue;
  readonly observer?: BroadcastObserver;
  /** How many pushes may be under way at once in this process; from 1. */
  readonly maxConcurrency?: number;
  /** Rows of one page (items). At most two pages a shard are held. */
  readonly pageSize?: number;
  readonly retry?: Partial<RetryPolicy>;
}

/**
 * With responses after 20 ms, so many pushes at once reach the account's limit of 10,000 requests a second. A worker
 * that is the last one to push then uses the whole limit.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const DEFAULT_MAX_CONCURRENCY = 200;
const DEFAULT_PAGE_SIZE = 500;

/**
 * Makes the broadcaster, which sends events to the subscribers of channels. Make one for each
 * process, at the cold start.
 *
 * @throws RangeError when an option is not a whole number from 1
 * @example
 *   const broadcaster = createBroadcaster({
 *     client: new DynamoDBClient({}),
 *     tableName: env.DYNAMODB_CONNECTIONS_TABLE,
 *     shards: env.CHANNEL_SHARDS,
 *     transport: createConnectionsTransport({
 *       endpoint: env.WEBSOCKET_API_ENDPOINT,
 *       region: env.AWS_REGION,
 *     }),
 *     queue: createFanoutQueue({
 *       client: new SQSClient({}),
 *       queueUrl: env.FANOUT_QUEUE_URL,
 *       deadLetterQueueUrl: env.FANOUT_DEAD_LETTER_QUEUE_URL,
 *     }),
 *     observer: { log: logger, onDelivery: (delivery) => … },
 *   });
 *   await broadcaster.publish({ type: 'announcement', data: { text: 'Hello' } }, 'all', {
 *     budget: { remainingMs: () => context.getRemainingTimeInMillis() - 500 },
 *     correlationId,
 *   });
 */
export function createBroadcaster(options: BroadcasterOptions): Broadcaster {
  const { transport, queue, observer = silentObserver } = options;
  const { trace = noTrace } = observer;
  const policy: RetryPolicy = { ...DEFAULT_RETRY_POLICY, ...options.retry };
  const maxConcurrency = options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
  const pageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
  // If one of these were 0, nothing would be delivered, without any error.
  for (const [name, value] of Object.entries({
    maxConcurrency,
    pageSize,
    shards: options.shards,
    otherShards: options.otherShards ?? 1,
  })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} is ${value}; expected a whole number from 1`);
    }
  }
  const sender = new Sender(maxConcurrency);
  const inOrder = new InOrder();
  const contextOf = (
    stage: ObservedDelivery['stage'],
    inline: Inline | undefined,
  ): DeliveryContext => ({
    table: options,
    queueRest: inline?.queueRest,
    onMorePages: () => inline?.onMorePages(),
    queue,
    sender,
    policy,
    log: observer.log,
    trace,
    stage,
    pageSize,
  });
  const run = (
    stage: ObservedDelivery['stage'],
    task: DeliveryTask,
    budget: Budget,
    inline?: Inline,
  ): Promise<DeliveryCounts> => deliverTask(contextOf(stage, inline), task, transport, budget);

  const observe = (
    stage: ObservedDelivery['stage'],
    event: TaskEvent,
    startedAt: number,
    counts: DeliveryCounts,
  ): void => {
    const { lastDeliveredAt, firstDeliveredAt, latencies, ...counted } = counts;
    const figures = {
      stage,
      eventType: event.type,
      channelKind: event.channel === 'all' ? 'all' : 'post',
      ...counted,
      durationMs: Date.now() - startedAt,
      ...(lastDeliveredAt > 0 && { lagMs: lastDeliveredAt - Date.parse(event.occurredAt) }),
      ...(lastDeliveredAt > 0 && { spreadMs: Math.max(0, lastDeliveredAt - firstDeliveredAt) }),
    } as const;
    observer.onDelivery({ ...figures, latencies: latencies.distribution() });
    observer.log.info('broadcast', {
      eventId: event.id,
      correlation_id: event.meta.correlationId,
      channel: event.channel,
      ...figures,
    });
  };

  return {
    async publish(
      draft: EventDraft,
      channel: Channel,
      { budget, correlationId }: { readonly budget: Budget; readonly correlationId: string },
    ): Promise<BroadcastResult> {
      const startedAt = Date.now();
      const { event, payload } = await trace.phase('parse', () => {
        const created = createEvent(draft, channel, correlationId, startedAt);
        return { event: created, payload: encodeEvent(created) };
      });
      const inline = new Inline({ table: options, channel, sender, budget, pageSize });
      const shards = await Promise.allSettled(
        Array.from({ length: partitionCount(options) }, (_, shard) =>
          inOrder.run(partitionOf(channel, shard), budget, () => {
            const task: DeliveryTask = { event, payload, recipients: { shard }, attempt: 0 };
            return run('publish', task, budget, inline);
          }),
        ),
      );
      inline.end();
      const counts = sumOf(
        shards.flatMap((shard) => (shard.status === 'fulfilled' ? shard.value : [])),
      );
      observe('publish', event, startedAt, counts);
      const failed = shards.find((shard) => shard.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const { recipients, delivered, stale, retried, queued } = counts;
      return { eventId: event.id, recipients, delivered, stale, retried, queued };
    },

    async deliver(
      message: string,
      { budget, receiveCount = 1 }: DeliverOptions,
    ): Promise<DeliveryReport> {
      const startedAt = Date.now();
      let task: DeliveryTask;
      try {
        task = await trace.phase('parse', () => decodeTask(message));
      } catch (error) {
        if (!(error instanceof InvalidTaskError)) throw error;
        await queue.sendToDeadLetters(message, { reason: error.message });
        observer.log.warn('a message is not a delivery task', { error });
        const { recipients, delivered, stale, retried, queued } = noCounts();
        return { recipients, delivered, stale, retried, queued, deadLettered: 1 };
      }
      let counts: DeliveryCounts;
      if (receiveCount > policy.taskReceives) {
        counts = noCounts();
        await new Remainder(queue, policy, task, counts).deadLetter(
          task.recipients,
          `received ${receiveCount} times: its workers end or fail before they are done with it`,
        );
      } else {
        counts = await run('fanout', task, budget);
      }
      observe('fanout', task.event, startedAt, counts);
      const { recipients, delivered, stale, retried, queued, deadLettered } = counts;
      return {
        eventId: task.event.id,
        recipients,
        delivered,
        stale,
        retried,
        queued,
        deadLettered,
      };
    },
  };
}
