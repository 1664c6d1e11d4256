import { BatchFacts } from './batch-facts.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { LATEST, type LambdaInvoker, qualifierOf, versionOf } from '../lambda/index.ts';
import type { Events } from '../events/index.ts';
import {
  createJsonClient,
  type ExistingTable,
  type ExpiredItems,
  type JsonClient,
} from '../services/index.ts';
import type { EventSourceMapping, Stack } from '../template/index.ts';
import { DEFAULT_RETRY_DELAYS, type RetryDelays } from './backoff.ts';
import { openCheckpoints, type Checkpoints } from './checkpoints.ts';
import { failureRecord, sendToQueue, type DiscardedBatch } from './failure-destination.ts';
import { startQueueConsumer } from './queue-consumer.ts';
import type { StreamSettings } from './stream-batches.ts';
import { startStreamConsumer, type StreamConsumer } from './stream-consumer.ts';

export interface EventSourceMappingsOptions {
  readonly stack: Pick<
    Stack,
    'region' | 'accountId' | 'functions' | 'tables' | 'queues' | 'eventSourceMappings'
  >;
  readonly invoker: LambdaInvoker;
  readonly events: Events;
  /** Present if tables have streams. `tables` is the result of `ensureTables`. */
  readonly dynamodb?: {
    readonly endpoint: string;
    readonly tables: readonly ExistingTable[];
    /** The items that the TTL sweeper deleted, so that their stream records can be marked. */
    readonly expired?: ExpiredItems;
  };
  /** Present if there are queues. */
  readonly sqs?: { readonly endpoint: string };
  /** Sends a record to a destination that is not a queue. */
  readonly sendToDestination?: (arn: string, body: string) => Promise<void>;
  /**
   * The JSON file that keeps stream positions after a restart. If absent, streams start from their
   * starting positions.
   */
  readonly checkpointFile?: string;
  readonly retryDelays?: RetryDelays;
}

/** The running pollers of a stack's event source mappings. */
export interface EventSourceMappings {
  /** Makes the stream consumers of a table read at once, because the table was written to. */
  nudge(tableName: string): void;
  /**
   * Stops reading, and waits for running invocations.
   *
   * @param graceMs the maximum wait in ms; records of invocations that still run are delivered
   * again after the next start
   */
  close(graceMs?: number): Promise<void>;
}

const CLOSE_GRACE_MS = 2_000;

/**
 * Starts the pollers of a stack's event source mappings. When it resolves, the position in every
 * stream is set: every later write reaches the functions.
 *
 * @throws Error if a mapping's source is not one of the tables or queues
 */
export async function startEventSourceMappings(
  options: EventSourceMappingsOptions,
): Promise<EventSourceMappings> {
  const { region } = options.stack;
  const dynamodb = options.dynamodb && createJsonClient(options.dynamodb.endpoint, region);
  const sqs = options.sqs && createJsonClient(options.sqs.endpoint, region);
  const stopping = new AbortController();
  const context: Context = {
    ...{ options, dynamodb, sqs, stopping: stopping.signal },
    checkpoints: openCheckpoints(options.checkpointFile, options.events),
  };
  const streams: { readonly tableName: string; readonly consumer: StreamConsumer }[] = [];
  const finishing: (() => Promise<void>)[] = [];

  const close = async (graceMs = CLOSE_GRACE_MS): Promise<void> => {
    stopping.abort();
    const grace = new AbortController();
    await Promise.race([
      Promise.all(finishing.map((finished) => finished())),
      delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    context.checkpoints.flush();
    await Promise.all([dynamodb?.close(), sqs?.close()]);
  };

  try {
    await Promise.all(
      options.stack.eventSourceMappings
        .filter((mapping) => mapping.enabled)
        .map(async (mapping) => {
          if (mapping.source.type === 'sqs') {
            finishing.push(startQueue(context, mapping, mapping.source.queueLogicalId));
            return;
          }
          const stream = await startStream(context, mapping, mapping.source);
          streams.push(stream);
          finishing.push(() => stream.consumer.finished());
        }),
    );
  } catch (error) {
    await close();
    throw error;
  }

  return {
    nudge(tableName) {
      for (const stream of streams) if (stream.tableName === tableName) stream.consumer.nudge();
    },
    close,
  };
}

interface Context {
  readonly options: EventSourceMappingsOptions;
  readonly dynamodb: JsonClient | undefined;
  readonly sqs: JsonClient | undefined;
  readonly stopping: AbortSignal;
  readonly checkpoints: Checkpoints;
}

async function startStream(
  context: Context,
  mapping: EventSourceMapping,
  settings: StreamSettings,
): Promise<{ tableName: string; consumer: StreamConsumer }> {
  const { options, dynamodb } = context;
  const table = options.stack.tables.find(({ logicalId }) => logicalId === settings.tableLogicalId);
  const existing = options.dynamodb?.tables.find(({ tableName }) => tableName === table?.tableName);
  const lambda = options.stack.functions.find(
    ({ logicalId }) => logicalId === mapping.functionLogicalId,
  );
  if (dynamodb === undefined || table === undefined || existing?.streamArn === undefined) {
    throw new Error(`${mapping.logicalId}: table ${settings.tableLogicalId} has no stream here`);
  }
  const functionArn = mapping.functionArn ?? lambda?.arn ?? mapping.functionLogicalId;
  const facts = new BatchFacts(options.events, {
    ...{ functionName: lambda?.functionName ?? mapping.functionLogicalId },
    ...{ source: 'dynamodb-stream', sourceName: table.tableName, mapping: mapping.logicalId },
  });
  const consumer = await startStreamConsumer({
    ...{ mapping, settings, dynamodb },
    ...{ checkpoints: context.checkpoints, stopping: context.stopping },
    ...{ invoker: options.invoker, events: options.events, facts },
    retryDelays: options.retryDelays ?? DEFAULT_RETRY_DELAYS,
    functionArn,
    executedVersion: versionOf(lambda ?? {}, qualifierOf(functionArn)) ?? LATEST,
    region: options.stack.region,
    tableName: table.tableName,
    streamArn: table.streamArn ?? existing.streamArn,
    localStreamArn: existing.streamArn,
    ...(existing.streamViewType && { streamViewType: existing.streamViewType }),
    ...(options.dynamodb?.expired === undefined ? {} : { expired: options.dynamodb.expired }),
    discard: (batch, of) => discard(context, of, settings, batch),
  });
  return { tableName: table.tableName, consumer };
}

async function discard(
  context: Context,
  facts: BatchFacts,
  settings: StreamSettings,
  batch: DiscardedBatch,
): Promise<void> {
  const { options, sqs } = context;
  facts.discarded(
    batch.records.length,
    batch.condition === 'RecordAgeExceeded' ? 'record-age-exceeded' : 'retries-exhausted',
  );
  const { onFailureArn } = settings;
  if (onFailureArn === undefined) return;
  let error: string | undefined;
  try {
    const record = failureRecord(batch);
    if (!onFailureArn.includes(':sqs:')) {
      await options.sendToDestination?.(onFailureArn, JSON.stringify(record));
    } else if (sqs !== undefined && options.sqs !== undefined) {
      await sendToQueue(sqs, options.sqs.endpoint, onFailureArn, record);
    }
  } catch (cause) {
    error = String(cause);
  }
  facts.destination(onFailureArn, batch.requestId, error);
}

function startQueue(
  context: Context,
  mapping: EventSourceMapping,
  queueLogicalId: string,
): () => Promise<void> {
  const { options, sqs } = context;
  const queue = options.stack.queues.find(({ logicalId }) => logicalId === queueLogicalId);
  if (sqs === undefined || options.sqs === undefined || queue === undefined) {
    throw new Error(`${mapping.logicalId}: there is no queue ${queueLogicalId}`);
  }
  const lambda = options.stack.functions.find(
    ({ logicalId }) => logicalId === mapping.functionLogicalId,
  );
  const facts = new BatchFacts(options.events, {
    ...{ functionName: lambda?.functionName ?? mapping.functionLogicalId },
    ...{ source: 'sqs', sourceName: queue.queueName, mapping: mapping.logicalId },
  });
  const consumer = startQueueConsumer({
    ...{ mapping, facts },
    queueUrl: `${options.sqs.endpoint}/${options.stack.accountId}/${queue.queueName}`,
    queueArn: queue.arn,
    isFifo: queue.queueName.endsWith('.fifo'),
    region: options.stack.region,
    visibilityTimeoutMs: Number(queue.attributes.VisibilityTimeout ?? 30) * 1000,
    queues: sqs,
    ...{ invoker: options.invoker, events: options.events, stopping: context.stopping },
    retryDelays: options.retryDelays ?? DEFAULT_RETRY_DELAYS,
  });
  return () => consumer.finished();
}
