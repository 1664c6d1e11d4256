import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { fullJitter } from '../backoff.ts';
import type { RowKey } from './keys.ts';

/** BatchWriteItem takes at most this many items. */
export const ROWS_PER_BATCH = 25;

const BACKOFF = { baseMs: 25, maxMs: 2_000 };
const MAX_ATTEMPTS = 10;

/**
 * Deletes rows, 25 a request; what DynamoDB leaves unprocessed (throttling) is sent again. Rows
 * that are not there are no error. 1 WCU a row.
 *
 * @throws Error when rows are still unprocessed after the last attempt
 */
export async function deleteRows(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly RowKey[],
): Promise<void> {
  for (let start = 0; start < keys.length; start += ROWS_PER_BATCH) {
    await deleteBatch(client, tableName, keys.slice(start, start + ROWS_PER_BATCH));
  }
}

async function deleteBatch(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly RowKey[],
): Promise<void> {
  let requests: WriteRequest[] = keys.map(({ channel, connectionId }) => ({
    DeleteRequest: { Key: { channel: { S: channel }, connectionId: { S: connectionId } } },
  }));
  for (let attempt = 1; ; attempt += 1) {
    const { UnprocessedItems: unprocessed } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    requests = unprocessed?.[tableName] ?? [];
    if (requests.length === 0) return;
    if (attempt === MAX_ATTEMPTS) {
      throw new Error(`${requests.length} rows of ${tableName} could not be deleted: throttled`);
    }
    await delay(fullJitter(attempt, BACKOFF));
  }
}
