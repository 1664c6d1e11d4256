import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** How many items a table has, read item by item. */
export async function countRows(client: DynamoDBClient, TableName: string): Promise<number> {
  let rows = 0;
  const input = { TableName, Select: 'COUNT', ConsistentRead: true } as const;
  for await (const page of paginateScan({ client }, input)) rows += page.Count ?? 0;
  return rows;
}
