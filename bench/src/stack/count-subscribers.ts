import { paginateQuery, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The template's default for `ChannelShards`. */
export const SHARDS = 4;
/** The default page size of `createBroadcaster` (rows). */
const PAGE_SIZE = 500;

/**
 * Reads the subscribers of `all` as a broadcast does; returns the read units that DynamoDB reports.
 */
export async function countSubscribers(
  client: DynamoDBClient,
  TableName: string,
): Promise<{ readonly rows: number; readonly readUnits: number }> {
  let rows = 0;
  let readUnits = 0;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const pages = paginateQuery(
      { client, pageSize: PAGE_SIZE },
      {
        TableName,
        KeyConditionExpression: 'channel = :partition',
        ExpressionAttributeValues: { ':partition': { S: `all#${shard}` } },
        Select: 'COUNT',
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
      },
    );
    for await (const page of pages) {
      rows += page.Count ?? 0;
      readUnits += page.ConsumedCapacity?.CapacityUnits ?? 0;
    }
  }
  return { rows, readUnits };
}
