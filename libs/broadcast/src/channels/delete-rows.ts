import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { sendUntilProcessed } from '@blogapp/retries';
import type { RowKey } from './keys.ts';

/** BatchWriteItem takes at most this many items. */
export const ROWS_PER_BATCH = 25;

/**
 * Deletes rows, 25 a request; what DynamoDB leaves unprocessed (throttling) is sent again. Rows
 * that do not exist are not an error. 1 WCU a row.
 *
 * @throws UnprocessedError when rows are still unprocessed after the last attempt
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
  const requests = keys.map(({ channel, connectionId }): WriteRequest => ({
    DeleteRequest: { Key: { channel: { S: channel }, connectionId: { S: connectionId } } },
  }));
  await sendUntilProcessed(tableName, requests, async (some) => {
    const { UnprocessedItems: unprocessed } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: some } }),
    );
    return unprocessed?.[tableName];
  });
}
