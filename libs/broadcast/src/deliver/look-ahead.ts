import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Channel } from '@blogapp/shared-types';
import { partitionOf } from '../channels/keys.ts';
import type { ConnectionsTable } from '../channels/remove-connection.ts';

/** Broadcasts that are over by then (thousands of recipients) are not counted. */
const LOOK_AHEAD_AFTER_MS = 250;
/** From a push to its answer, over a network (milliseconds). */
const PUSH_MS = 20;

/** Recipients that one process can serve in a time (milliseconds). */
export function servableIn(timeMs: number, maxConcurrency: number): number {
  return (timeMs / PUSH_MS) * maxConcurrency;
}

export interface LookAheadOptions {
  readonly table: ConnectionsTable;
  readonly channel: Channel;
  readonly partitions: number;
  /** Recipients from which on `onMore` is called. */
  readonly limit: number;
  readonly onMore: () => void;
}

/**
 * Counts a channel's recipients, unless the broadcast is over soon, and tells when they are more than
 * a limit. Counting costs half of what reading does (0.5 RCU for 4 KB, about 45 rows) and ends at the
 * limit, so it is a small part of a large broadcast's cost.
 *
 * @returns ends it
 */
export function lookAhead({ onMore, ...options }: LookAheadOptions): () => void {
  const ended = new AbortController();
  const timer = setTimeout(() => {
    hasMore(options, ended.signal).then(
      (more) => {
        if (more && !ended.signal.aborted) onMore();
      },
      // Where counting fails, reading the recipients fails too, and is repeated and reported there.
      () => undefined,
    );
  }, LOOK_AHEAD_AFTER_MS);
  return () => {
    clearTimeout(timer);
    ended.abort();
  };
}

async function hasMore(
  { table, channel, partitions, limit }: Omit<LookAheadOptions, 'onMore'>,
  signal: AbortSignal,
): Promise<boolean> {
  let count = 0;
  const countPartition = async (partition: string): Promise<void> => {
    let after: string | undefined;
    do {
      const { Count: rows = 0, LastEvaluatedKey: lastKey } = await table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          KeyConditionExpression: 'channel = :partition',
          ExpressionAttributeValues: { ':partition': { S: partition } },
          Select: 'COUNT',
          ...(after !== undefined && {
            ExclusiveStartKey: { channel: { S: partition }, connectionId: { S: after } },
          }),
        }),
        { abortSignal: signal },
      );
      count += rows;
      after = lastKey?.connectionId?.S;
    } while (after !== undefined && count <= limit && !signal.aborted);
  };
  const all = Array.from({ length: partitions }, (_, shard) =>
    countPartition(partitionOf(channel, shard)),
  );
  await Promise.all(all);
  return count > limit;
}
