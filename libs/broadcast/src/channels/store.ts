import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { cancellationReasons, withContentionRetries } from '@blogapp/retries';
import { ALL_CHANNEL, MAX_CHANNELS_PER_CONNECTION, type Channel } from '@blogapp/shared-types';
import type { ChannelStore, NewConnection } from '../contract.ts';
import { ConnectionGoneError, TooManyChannelsError } from '../errors.ts';
import { rowKey } from './keys.ts';
import { placements, removeConnection, type ConnectionsTable } from './remove-connection.ts';

/**
 * API Gateway closes every connection after two hours; the margin is for clocks that differ and for
 * rows that are written late.
 */
const CONNECTION_LIFE_SECONDS = 2 * 60 * 60 + 10 * 60;

/** A transaction takes 100 items; one is the connection's own row. */
const CHANNELS_PER_TRANSACTION = 99;

/**
 * Keeps who is in which channel in the WebSocketConnections table.
 *
 * Every operation is one atomic step on the connection's own row, which lists its channels, so that
 * messages handled at the same time, late, or twice leave no row behind and miss none:
 *
 * | operation              | requests                                | write units | read units |
 * | ---------------------- | --------------------------------------- | ----------- | ---------- |
 * | connect                | PutItem                                 | 1           |            |
 * | subscribe, n channels  | TransactWriteItems of n + 1             | 2n + 2      |            |
 * | unsubscribe, n         | TransactWriteItems of n + 1             | 2n + 2      |            |
 * | disconnect, in n       | DeleteItem, BatchWriteItem a 25 rows    | 1 + n       |            |
 *
 * (The connection's own row counts 1 unit a KB, which is about 30 channels.)
 *
 * @example
 *   createChannelStore({
 *     client: new DynamoDBClient({}),
 *     tableName: env.DYNAMODB_CONNECTIONS_TABLE,
 *     shards: env.CHANNEL_SHARDS, // the same number in every function
 *   });
 */
export function createChannelStore(table: ConnectionsTable): ChannelStore {
  return {
    connect: (connection) => connect(table, connection),
    subscribe: (connectionId, channels) => subscribe(table, connectionId, channels),
    unsubscribe: (connectionId, channels) => unsubscribe(table, connectionId, channels),
    disconnect: (connectionId) => removeConnection(table, connectionId),
  };
}

async function connect(
  { client, tableName, shards }: ConnectionsTable,
  { connectionId, connectedAtMs, userId }: NewConnection,
): Promise<void> {
  try {
    await withContentionRetries(() =>
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...attributesOf(rowKey(ALL_CHANNEL, connectionId, shards)),
            connectedAt: { N: String(connectedAtMs) },
            expiresAt: expiresAt(connectedAtMs),
            ...(userId !== undefined && { userId: { S: userId } }),
          },
          // A repeated `$connect` must not wipe the channels that were joined meanwhile.
          ConditionExpression: 'attribute_not_exists(connectionId)',
        }),
      ),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function subscribe(
  table: ConnectionsTable,
  connectionId: string,
  channels: readonly Channel[],
): Promise<void> {
  const joined = withoutAll(channels);
  // `$connect` joined `all`: a subscribe to it only needs the connection to exist.
  if (joined.length === 0) {
    return whereItIs(table, connectionId, (placed) => requireConnection(placed, connectionId));
  }
  for (const some of chunks(joined, CHANNELS_PER_TRANSACTION)) {
    await whereItIs(table, connectionId, (placed) => join(placed, connectionId, some));
  }
}

/**
 * Calls a function with the table as the connection's own row was placed. The same number of shards
 * places its rows in other channels.
 *
 * @throws ConnectionGoneError when the connection has no row
 */
async function whereItIs(
  table: ConnectionsTable,
  connectionId: string,
  step: (placed: ConnectionsTable) => Promise<void>,
): Promise<void> {
  for (const placed of placements(table, connectionId)) {
    try {
      await step(placed);
      return;
    } catch (error) {
      if (!(error instanceof ConnectionGoneError)) throw error;
    }
  }
  throw new ConnectionGoneError(connectionId);
}

/** @param channels at most as many as a transaction takes */
async function join(
  table: ConnectionsTable,
  connectionId: string,
  channels: readonly Channel[],
): Promise<void> {
  const expires = expiresAt(Date.now());
  const rows = channels.map((channel) => ({
    Put: {
      TableName: table.tableName,
      Item: { ...attributesOf(rowKey(channel, connectionId, table.shards)), expiresAt: expires },
    },
  }));
  const full = await write(
    table,
    [addToOwnRow(table, connectionId, channels), ...rows],
    connectionId,
  );
  if (full === undefined) return;
  // The condition counts them all as new. Those that were joined already need nothing.
  const joined = new Set(full.channels?.SS);
  const missing = channels.filter((channel) => !joined.has(channel));
  if (joined.size + missing.length > MAX_CHANNELS_PER_CONNECTION) {
    throw new TooManyChannelsError(connectionId, MAX_CHANNELS_PER_CONNECTION);
  }
  if (missing.length > 0) await join(table, connectionId, missing);
}

async function unsubscribe(
  table: ConnectionsTable,
  connectionId: string,
  channels: readonly Channel[],
): Promise<void> {
  for (const some of chunks(withoutAll(channels), CHANNELS_PER_TRANSACTION)) {
    try {
      await whereItIs(table, connectionId, (placed) => leave(placed, connectionId, some));
    } catch (error) {
      // It disconnected meanwhile: `disconnect` has removed these rows too.
      if (!(error instanceof ConnectionGoneError)) throw error;
    }
  }
}

/** @param channels at most as many as a transaction takes */
async function leave(
  table: ConnectionsTable,
  connectionId: string,
  channels: readonly Channel[],
): Promise<void> {
  const rows = channels.map((channel) => ({
    Delete: {
      TableName: table.tableName,
      Key: attributesOf(rowKey(channel, connectionId, table.shards)),
    },
  }));
  await write(table, [removeFromOwnRow(table, connectionId, channels), ...rows], connectionId);
}

function addToOwnRow(
  { tableName, shards }: ConnectionsTable,
  connectionId: string,
  channels: readonly Channel[],
): TransactWriteItem {
  return {
    Update: {
      TableName: tableName,
      Key: attributesOf(rowKey(ALL_CHANNEL, connectionId, shards)),
      UpdateExpression: 'ADD channels :channels',
      ConditionExpression:
        'attribute_exists(connectionId) AND (attribute_not_exists(channels) OR size(channels) <= :room)',
      ExpressionAttributeValues: {
        ':channels': { SS: [...channels] },
        ':room': { N: String(MAX_CHANNELS_PER_CONNECTION - channels.length) },
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function removeFromOwnRow(
  { tableName, shards }: ConnectionsTable,
  connectionId: string,
  channels: readonly Channel[],
): TransactWriteItem {
  return {
    Update: {
      TableName: tableName,
      Key: attributesOf(rowKey(ALL_CHANNEL, connectionId, shards)),
      UpdateExpression: 'DELETE channels :channels',
      // Without this condition, the update would create a deleted row again.
      ConditionExpression: 'attribute_exists(connectionId)',
      ExpressionAttributeValues: { ':channels': { SS: [...channels] } },
    },
  };
}

/**
 * @returns the connection's own row, where nothing was written because it fails its condition
 * @throws ConnectionGoneError when there is no such row
 */
async function write(
  { client }: ConnectionsTable,
  items: TransactWriteItem[],
  connectionId: string,
): Promise<Readonly<Record<string, AttributeValue>> | undefined> {
  try {
    await withContentionRetries(() =>
      client.send(new TransactWriteItemsCommand({ TransactItems: items })),
    );
    return undefined;
  } catch (error) {
    const ownRow = cancellationReasons(error)?.[0];
    if (ownRow?.Code !== 'ConditionalCheckFailed') throw error;
    if (ownRow.Item === undefined) throw new ConnectionGoneError(connectionId);
    return ownRow.Item;
  }
}

async function requireConnection(
  { client, tableName, shards }: ConnectionsTable,
  connectionId: string,
): Promise<void> {
  const { Item: row } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: attributesOf(rowKey(ALL_CHANNEL, connectionId, shards)),
      ProjectionExpression: 'connectionId',
      ConsistentRead: true,
    }),
  );
  if (row === undefined) throw new ConnectionGoneError(connectionId);
}

function attributesOf(key: {
  readonly channel: string;
  readonly connectionId: string;
}): Record<'channel' | 'connectionId', AttributeValue.SMember> {
  return { channel: { S: key.channel }, connectionId: { S: key.connectionId } };
}

function expiresAt(nowMs: number): AttributeValue.NMember {
  return { N: String(Math.ceil(nowMs / 1000) + CONNECTION_LIFE_SECONDS) };
}

function withoutAll(channels: readonly Channel[]): Channel[] {
  return [...new Set(channels)].filter((channel) => channel !== ALL_CHANNEL);
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
