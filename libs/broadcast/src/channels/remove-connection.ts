import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { backOff, withContentionRetries } from '@blogapp/retries';
import { ALL_CHANNEL, isChannel, type Channel } from '@blogapp/shared-types';
import { deleteRows, ROWS_PER_BATCH } from './delete-rows.ts';
import { partitionOf, rowKey, shardOf, type RowKey } from './keys.ts';

/**
 * A 410 to a push of the channel `all` does not mean that a connection younger than this is gone: its
 * row there is written by `$connect`, before the handshake completes, and until then API Gateway
 * gives a 410. 29 s is the longest that `$connect` can take (integration time-out). A row in any other
 * channel is written for a `subscribe`, which only comes once the handshake is complete.
 */
export const HANDSHAKE_GRACE_MS = 60_000;

/** These come on top of the SDK's own three attempts; together they wait for 3.5 s at most. */
const ORPHAN_ATTEMPTS = 4;
const ORPHAN_BACKOFF = { baseMs: 500, maxMs: 2_000 };

export interface ConnectionsTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** The number of partitions that each channel is spread over. */
  readonly shards: number;
  /**
   * A second number of shards, while the number is being changed: rows of connections that were
   * placed by it are found too. New connections are placed by `shards`.
   */
  readonly otherShards?: number | undefined;
}

/**
 * The tables that a connection's rows may be placed by: `table` itself and, while the number of
 * shards is being changed, the same with the other number.
 */
export function placements(
  table: ConnectionsTable,
  connectionId: string,
): readonly ConnectionsTable[] {
  const { shards, otherShards } = table;
  if (otherShards === undefined) return [table];
  const isSame = shardOf(connectionId, shards) === shardOf(connectionId, otherShards);
  return isSame ? [table] : [table, { ...table, shards: otherShards }];
}

/** How many partitions a channel's rows may be in. */
export function partitionCount({ shards, otherShards = 0 }: ConnectionsTable): number {
  return Math.max(shards, otherShards);
}

/**
 * Removes a connection: first its own row, then its rows in channels. Deleting its own row prevents
 * further subscriptions, and returns the channels that it was in.
 *
 * @returns the channels that it was in; empty when it had no row
 */
export async function removeConnection(
  table: ConnectionsTable,
  connectionId: string,
): Promise<readonly Channel[]> {
  const left = new Set<Channel>();
  for (const placed of placements(table, connectionId)) {
    const own = await deleteOwnRow(placed, connectionId);
    if (own === 'absent' || own === 'connecting') continue;
    await deleteRows(
      table.client,
      table.tableName,
      own.map((channel) => rowKey(channel, connectionId, placed.shards)),
    );
    left.add(ALL_CHANNEL);
    for (const channel of own) left.add(channel);
  }
  return [...left];
}

/**
 * Removes connections whose push got a 410, found by `channel`'s rows.
 *
 * Each connection's own row is deleted by a DeleteItem, 25 at the same time. Only DeleteItem has a
 * condition and returns the old item. The condition (in the channel `all` only) keeps connections whose
 * handshake is still under way, and the old item names the rows in other channels. Those rows are then
 * deleted in batches.
 *
 * @throws Error when a connection could not be removed; all others of its batch are removed
 */
export async function removeGoneConnections(
  table: ConnectionsTable,
  connectionIds: readonly string[],
  channel: Channel,
): Promise<void> {
  for (let start = 0; start < connectionIds.length; start += ROWS_PER_BATCH) {
    const batch = connectionIds.slice(start, start + ROWS_PER_BATCH);
    const connectedBefore = channel === ALL_CHANNEL ? Date.now() - HANDSHAKE_GRACE_MS : undefined;
    const placed = batch.flatMap((connectionId) =>
      placements(table, connectionId).map((one) => [connectionId, one] as const),
    );
    const removed = await Promise.allSettled(
      placed.map(async ([connectionId, one]): Promise<RowKey[]> => {
        const own = await deleteOwnRow(one, connectionId, connectedBefore);
        if (own === 'connecting') return [];
        const channels = new Set(own === 'absent' ? [] : own).add(channel);
        channels.delete(ALL_CHANNEL);
        return [...channels].map((joined) => rowKey(joined, connectionId, one.shards));
      }),
    );
    // Even if some own rows could not be deleted, the others are gone. Only they named the connections'
    // rows in other channels, so those rows are deleted now.
    const rows = removed.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    await deleteOrphans(table, rows);
    const failed = removed.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

/**
 * Deletes rows whose connections have no row of their own any more. `$disconnect` does not find these
 * rows, so they must not stay after an error that passes (a time-out while everybody leaves at once).
 *
 * @throws Error of the last attempt
 */
async function deleteOrphans(
  { client, tableName }: ConnectionsTable,
  rows: readonly RowKey[],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deleteRows(client, tableName, rows);
      return;
    } catch (error) {
      if (attempt === ORPHAN_ATTEMPTS) throw error;
      await backOff(attempt, ORPHAN_BACKOFF);
    }
  }
}

/**
 * Deletes a connection's own row, and returns the channels that it was in. It costs 1 WCU, or more
 * when the connection is in dozens of channels.
 *
 * @param connectedBefore epoch milliseconds; a connection that is younger is left alone
 */
async function deleteOwnRow(
  { client, tableName, shards }: ConnectionsTable,
  connectionId: string,
  connectedBefore?: number,
): Promise<readonly Channel[] | 'absent' | 'connecting'> {
  const key = partitionOf(ALL_CHANNEL, shardOf(connectionId, shards));
  try {
    const { Attributes: old } = await withContentionRetries(() =>
      client.send(
        new DeleteItemCommand({
          TableName: tableName,
          Key: { channel: { S: key }, connectionId: { S: connectionId } },
          ReturnValues: 'ALL_OLD',
          ...(connectedBefore !== undefined && {
            ConditionExpression: 'attribute_not_exists(connectedAt) OR connectedAt < :before',
            ExpressionAttributeValues: { ':before': { N: String(connectedBefore) } },
          }),
        }),
      ),
    );
    return old === undefined ? 'absent' : (old.channels?.SS ?? []).filter(isChannel);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'connecting';
    throw error;
  }
}
