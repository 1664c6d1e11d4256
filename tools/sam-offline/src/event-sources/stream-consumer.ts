import type { Events } from '../events/index.ts';
import {
  AwsServiceError,
  readStreamRecord,
  toLocalSequenceNumber,
  type ExpiredItems,
  type JsonClient,
  type StreamRecord,
  type StreamViewType,
} from '../services/index.ts';
import type { Checkpoints } from './checkpoints.ts';
import { passesFilter } from '../event-pattern/index.ts';
import { ShardLanes } from './shard-lanes.ts';
import { deliverBatch, pause, tellRead, type BatchDelivery } from './stream-batches.ts';
import { Wakeup } from './wakeup.ts';

export interface StreamConsumerOptions extends BatchDelivery {
  readonly events: Events;
  readonly region: string;
  readonly tableName: string;
  /** The stream's ARN in the local DynamoDB. `streamArn` is the ARN in the template. */
  readonly localStreamArn: string;
  readonly streamViewType?: StreamViewType;
  readonly dynamodb: JsonClient;
  readonly checkpoints: Checkpoints;
  readonly expired?: ExpiredItems;
}

export interface StreamConsumer {
  /** Reads the stream at once, because the table was written to. */
  nudge(): void;
  /** Resolves when the running deliveries have ended after `stopping`. */
  finished(): Promise<void>;
}

/**
 * The delay before a stream that just had records is read again, in ms. It doubles while there are
 * no records.
 */
const BUSY_POLL_MS = 20;
const IDLE_POLL_MS = 200;
const FAILED_POLL_MS = 1_000;
/** The maximum number of records that `GetRecords` returns. */
const MAXIMUM_PAGE = 1_000;

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string };
}

/**
 * Consumes a DynamoDB stream for one event source mapping. It resolves when the position in every
 * shard is set, so that no later write is missed.
 */
export async function startStreamConsumer(options: StreamConsumerOptions): Promise<StreamConsumer> {
  const { stopping } = options;
  const running = new Map<string, Promise<void>>();
  const wakeups = new Set<Wakeup>();
  stopping.addEventListener('abort', () => {
    for (const wakeup of wakeups) wakeup.wake();
  });

  const start = async (shard: Shard, isChild: boolean): Promise<void> => {
    const iterator = await positionOf(options, shard, isChild);
    const wakeup = new Wakeup();
    wakeups.add(wakeup);
    const reading = readShard(options, shard.ShardId, iterator, wakeup).finally(async () => {
      wakeups.delete(wakeup);
      if (!stopping.aborted) await startChildren(shard.ShardId);
    });
    running.set(shard.ShardId, reading);
  };
  const startChildren = async (parentShardId: string): Promise<void> => {
    for (const shard of await describeShards(options)) {
      if (shard.ParentShardId === parentShardId && !running.has(shard.ShardId))
        await start(shard, true);
    }
  };

  const shards = await describeShards(options);
  const known = new Set(shards.map((shard) => shard.ShardId));
  // A child shard is started after its parent has been read to its end, which keeps the order of an
  // item's records.
  await Promise.all(
    shards
      .filter(({ ParentShardId: parent }) => parent === undefined || !known.has(parent))
      .map((shard) => start(shard, false)),
  );

  return {
    nudge() {
      for (const wakeup of wakeups) wakeup.wake();
    },
    async finished() {
      await Promise.all(running.values());
    },
  };
}

async function describeShards(options: StreamConsumerOptions): Promise<Shard[]> {
  const shards: Shard[] = [];
  let startShardId: string | undefined;
  do {
    const response = await streams(options, 'DescribeStream', {
      StreamArn: options.localStreamArn,
      ...(startShardId === undefined ? {} : { ExclusiveStartShardId: startShardId }),
    });
    const description = response.StreamDescription as {
      readonly Shards?: readonly Shard[];
      readonly LastEvaluatedShardId?: string;
    };
    shards.push(...(description.Shards ?? []));
    startShardId = description.LastEvaluatedShardId;
  } while (startShardId !== undefined);
  return shards;
}

function streams(
  options: StreamConsumerOptions,
  operation: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  return options.dynamodb.call(`DynamoDBStreams_20120810.${operation}`, input);
}

function consumerOf(options: StreamConsumerOptions, shardId: string): string {
  return `${options.mapping.logicalId} ${options.localStreamArn} ${shardId}`;
}

async function positionOf(
  options: StreamConsumerOptions,
  shard: Shard,
  isChild: boolean,
): Promise<string | undefined> {
  const { checkpoints, settings } = options;
  const consumer = consumerOf(options, shard.ShardId);
  const checkpoint = checkpoints.get(consumer);
  if (checkpoint !== undefined) {
    try {
      return await iteratorOf(options, shard.ShardId, 'AFTER_SEQUENCE_NUMBER', checkpoint);
    } catch (error) {
      if (!(error instanceof AwsServiceError)) throw error;
      // The record has been trimmed, so all records that are left are later ones.
      return iteratorOf(options, shard.ShardId, 'TRIM_HORIZON');
    }
  }
  const type = isChild ? 'TRIM_HORIZON' : settings.startingPosition;
  // "Latest" is decided once, at this moment. A restart continues from here, even if no record is
  // consumed before it.
  const ending = shard.SequenceNumberRange?.EndingSequenceNumber;
  if (type === 'LATEST' && ending !== undefined) checkpoints.set(consumer, ending);
  return iteratorOf(options, shard.ShardId, type);
}

async function iteratorOf(
  options: StreamConsumerOptions,
  shardId: string,
  type: string,
  sequenceNumber?: string,
): Promise<string | undefined> {
  const response = await streams(options, 'GetShardIterator', {
    StreamArn: options.localStreamArn,
    ShardId: shardId,
    ShardIteratorType: type,
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
  });
  return response.ShardIterator as string | undefined;
}

async function readShard(
  options: StreamConsumerOptions,
  shardId: string,
  firstIterator: string | undefined,
  wakeup: Wakeup,
): Promise<void> {
  const { mapping, settings, stopping } = options;
  const consumer = consumerOf(options, shardId);
  const lanes = new ShardLanes({
    lanes: settings.parallelizationFactor,
    batchSize: mapping.batchSize,
    batchWindowMs: mapping.batchWindowMs,
    stopping,
    deliver: (batch, settled) => {
      const facts = options.facts.ofBatch();
      tellRead(facts, options.tableName, batch);
      return deliverBatch({ ...options, facts }, shardId, batch, settled);
    },
    onProgress: (sequenceNumber) => {
      options.checkpoints.set(consumer, toLocalSequenceNumber(sequenceNumber));
    },
  });

  let iterator = firstIterator;
  let lastRead: string | undefined;
  let idleMs = BUSY_POLL_MS;
  let isFailing = false;
  while (iterator !== undefined && !stopping.aborted) {
    let records: readonly StreamRecord[];
    const current: string = iterator;
    try {
      const page = await streams(options, 'GetRecords', {
        ShardIterator: current,
        Limit: Math.min(MAXIMUM_PAGE, Math.max(mapping.batchSize, 100)),
      });
      records = page.Records as readonly StreamRecord[];
      iterator = page.NextShardIterator as string | undefined;
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        options.events.warn('warn', `${mapping.logicalId}: reading the stream: ${String(error)}`);
      isFailing = true;
      await pause(FAILED_POLL_MS, stopping);
      // A shard iterator is valid for 15 minutes, and an outage may last longer.
      iterator = await reposition(options, shardId, lastRead, current);
      continue;
    }
    for (const record of records) addRecord(options, lanes, record);
    lastRead = records.at(-1)?.dynamodb.SequenceNumber ?? lastRead;
    if (records.length > 0) {
      idleMs = BUSY_POLL_MS;
      await lanes.room();
    } else if (iterator !== undefined) {
      const wasNudged = await wakeup.wait(idleMs);
      idleMs = wasNudged ? BUSY_POLL_MS : Math.min(idleMs * 2, IDLE_POLL_MS);
    }
  }
  // The consumer of an ended shard waits until all of its records are delivered, because its child
  // shards come after it.
  if (!stopping.aborted) await lanes.drained();
  else await lanes.finished();
}

async function reposition(
  options: StreamConsumerOptions,
  shardId: string,
  lastRead: string | undefined,
  iterator: string,
): Promise<string | undefined> {
  if (lastRead === undefined) return iterator;
  try {
    return await iteratorOf(options, shardId, 'AFTER_SEQUENCE_NUMBER', lastRead);
  } catch {
    return iterator;
  }
}

function addRecord(options: StreamConsumerOptions, lanes: ShardLanes, raw: StreamRecord): void {
  const read = readStreamRecord(raw, options);
  if (read === undefined) {
    lanes.skip(raw);
    return;
  }
  const record = { ...read, eventSourceARN: options.streamArn };
  if (passesFilter(options.mapping.filterPatterns, record)) {
    lanes.add(record, JSON.stringify(record.dynamodb.Keys));
  } else {
    lanes.skip(record);
  }
}
