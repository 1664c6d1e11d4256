import type { LambdaInvoker } from '../lambda/index.ts';
import type { Events } from '../events/index.ts';
import type { JsonClient } from '../services/index.ts';
import type { EventSourceMapping } from '../template/index.ts';
import { retryDelayMs, type RetryDelays } from './backoff.ts';
import type { BatchFacts } from './batch-facts.ts';
import { MAXIMUM_BATCH_BYTES, recordBytes, splitByPayload } from './batch-payload.ts';
import { passesFilter } from '../event-pattern/index.ts';
import { invokeWithBatch, itemFailuresReason } from './invocation.ts';
import { toSqsRecord, type ReceivedMessage, type SqsRecord } from './sqs-record.ts';
import { pause } from './stream-batches.ts';
import { Wakeup } from './wakeup.ts';

export interface QueueConsumerOptions {
  readonly mapping: EventSourceMapping;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly isFifo: boolean;
  readonly region: string;
  /** The visibility time-out in ms. A throttled batch is retried for at most this time. */
  readonly visibilityTimeoutMs: number;
  readonly invoker: LambdaInvoker;
  readonly queues: JsonClient;
  readonly retryDelays: RetryDelays;
  readonly events: Events;
  readonly facts: BatchFacts;
  readonly stopping: AbortSignal;
}

export interface QueueConsumer {
  finished(): Promise<void>;
}

/** SQS returns at most ten messages for each call, and waits for them for at most 20 s. */
const MAXIMUM_RECEIVE = 10;
const LONG_POLL_SECONDS = 20;
const FAILED_POLL_MS = 1_000;
/**
 * "Lambda starts with five concurrent batches" (services-sqs-scaling); here their number does not
 * grow.
 */
const DEFAULT_CONCURRENCY = 5;

/**
 * Consumes a queue for one event source mapping: it receives messages, invokes the function and
 * deletes the messages that succeeded.
 */
export function startQueueConsumer(options: QueueConsumerOptions): QueueConsumer {
  const finished = consume(options);
  return { finished: () => finished };
}

async function consume(options: QueueConsumerOptions): Promise<void> {
  const { mapping, stopping } = options;
  const settings = mapping.source.type === 'sqs' ? mapping.source : undefined;
  const concurrency = settings?.maximumConcurrency ?? DEFAULT_CONCURRENCY;
  const underWay = new Set<Promise<void>>();
  const room = new Wakeup();
  stopping.addEventListener('abort', () => {
    room.wake();
  });

  while (!stopping.aborted) {
    if (underWay.size >= concurrency) {
      await room.wait();
      continue;
    }
    const batch = await receiveBatch(options);
    if (batch.length === 0) continue;
    const handling = handleBatch(options, batch)
      .catch((error: unknown) => {
        if (!stopping.aborted)
          options.events.warn('warn', `${mapping.logicalId}: ${String(error)}`);
      })
      .finally(() => {
        underWay.delete(handling);
        room.wake();
      });
    underWay.add(handling);
  }
  await Promise.all(underWay);
}

/** Receives messages until the batch size or 6 MB is reached, or the batch window is over. */
async function receiveBatch(options: QueueConsumerOptions): Promise<ReceivedMessage[]> {
  const { batchSize, batchWindowMs } = options.mapping;
  const messages = await receive(options, batchSize, LONG_POLL_SECONDS);
  const deadline = Date.now() + batchWindowMs;
  while (messages.length > 0 && messages.length < batchSize && !options.stopping.aborted) {
    const leftMs = deadline - Date.now();
    if (leftMs <= 0 || sizeOf(messages) >= MAXIMUM_BATCH_BYTES) break;
    const wait = Math.min(LONG_POLL_SECONDS, Math.floor(leftMs / 1000));
    const more = await receive(options, batchSize - messages.length, wait);
    messages.push(...more);
    // SQS only waits for whole seconds. This waits for the remaining part of the window.
    if (more.length === 0 && wait === 0) await pause(Math.min(leftMs, 50), options.stopping);
  }
  return messages;
}

/** Gives the age of the message that was sent first, in ms. */
function oldestAgeMs(messages: readonly ReceivedMessage[]): number {
  const sent = messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? Date.now()));
  return Math.max(0, Date.now() - Math.min(...sent));
}

function sizeOf(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((sum, message) => sum + recordBytes(message), 0);
}

async function receive(
  options: QueueConsumerOptions,
  maximum: number,
  waitSeconds: number,
): Promise<ReceivedMessage[]> {
  try {
    const response = await options.queues.call(
      'AmazonSQS.ReceiveMessage',
      {
        QueueUrl: options.queueUrl,
        MaxNumberOfMessages: Math.min(maximum, MAXIMUM_RECEIVE),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      { signal: options.stopping },
    );
    return (response.Messages ?? []) as ReceivedMessage[];
  } catch (error) {
    if (options.stopping.aborted) return [];
    options.events.warn('warn', `${options.mapping.logicalId}: receiving: ${String(error)}`);
    await pause(FAILED_POLL_MS, options.stopping);
    return [];
  }
}

async function handleBatch(
  options: QueueConsumerOptions,
  messages: readonly ReceivedMessage[],
): Promise<void> {
  const { mapping } = options;
  const facts = options.facts.ofBatch();
  const ids = messages.map(({ MessageId: id }) => id);
  facts.read(ids, sizeOf(messages), oldestAgeMs(messages));
  const records = messages.map((message) => toSqsRecord(message, options.queueArn, options.region));
  const passing = records.filter((record) =>
    passesFilter(mapping.filterPatterns, filterable(record)),
  );
  // Lambda deletes the messages that a filter drops.
  const dropped = records.filter((record) => !passing.includes(record));
  await deleteMessages(options, dropped);
  facts.succeeded(dropped.length, 0);
  if (passing.length === 0) return;

  /**
   * The message groups of a FIFO queue in which a message failed. Later messages of the group have
   * to wait for it.
   */
  const failedGroups = new Set<string>();
  for (const run of splitByPayload(passing)) {
    const records = run.filter(
      ({ attributes }) => !failedGroups.has(attributes.MessageGroupId ?? ''),
    );
    if (records.length === 0) continue;
    const startedAt = performance.now();
    const { reason, hasFailed } = await invoke(options, records, facts.traceId);
    const failed = records.filter(({ messageId }) => hasFailed(messageId));
    for (const { attributes } of options.isFifo ? failed : []) {
      if (attributes.MessageGroupId !== undefined) failedGroups.add(attributes.MessageGroupId);
    }
    const succeeded = records.filter((record) => !failed.includes(record));
    await deleteMessages(options, succeeded);
    facts.succeeded(succeeded.length, performance.now() - startedAt);
    // Failed messages become visible again after their visibility time-out.
    if (failed.length > 0) {
      facts.retried(records.length, failed.length, receiveCount(failed), reason);
    }
  }
}

/** Gives the highest receive count of the messages, including this receive. */
function receiveCount(records: readonly SqsRecord[]): number {
  return Math.max(
    1,
    ...records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount ?? 1)),
  );
}

/** The outcome for the messages that a function was invoked with. */
interface Handled {
  readonly hasFailed: (messageId: string) => boolean;
  /** Why messages failed; empty if none failed. */
  readonly reason: string;
}

/** Invokes the function again as long as it is throttled, until the messages are visible again. */
async function invoke(
  options: QueueConsumerOptions,
  records: readonly SqsRecord[],
  traceId: string | undefined,
): Promise<Handled> {
  const { mapping, stopping } = options;
  const deadline = Date.now() + options.visibilityTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await invokeWithBatch(
      options.invoker,
      mapping,
      records,
      mapping.reportBatchItemFailures,
      () => new Set(records.map((record) => record.messageId)),
      traceId,
    );
    switch (outcome.type) {
      case 'success':
        return { hasFailed: () => false, reason: '' };
      case 'partial':
        return {
          hasFailed: (messageId) => outcome.failed.has(messageId),
          reason: itemFailuresReason(outcome.failed.size),
        };
      case 'throttled': {
        const waitMs = retryDelayMs(options.retryDelays, attempt);
        if (stopping.aborted || Date.now() + waitMs > deadline) {
          return { hasFailed: () => true, reason: 'the invocation was throttled' };
        }
        await pause(waitMs, stopping);
        break;
      }
      default:
        return { hasFailed: () => true, reason: outcome.reason };
    }
  }
}

/** Gives the record that filter patterns are compared with. A body that is JSON is parsed. */
function filterable(record: SqsRecord): object {
  try {
    return { ...record, body: JSON.parse(record.body) as unknown };
  } catch {
    return record;
  }
}

async function deleteMessages(
  options: QueueConsumerOptions,
  records: readonly SqsRecord[],
): Promise<void> {
  for (let start = 0; start < records.length; start += MAXIMUM_RECEIVE) {
    await options.queues.call('AmazonSQS.DeleteMessageBatch', {
      QueueUrl: options.queueUrl,
      Entries: records
        .slice(start, start + MAXIMUM_RECEIVE)
        .map((record, index) => ({ Id: String(index), ReceiptHandle: record.receiptHandle })),
    });
  }
}
