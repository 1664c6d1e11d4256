import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Page } from '../contract.ts';
import { encodeCursor } from './cursor.ts';

export type Row = Readonly<Record<string, unknown>>;

/**
 * Reads the first `count` rows of a query, with as many requests as needed: DynamoDB ends a
 * response at 1 MB, and its limit also counts rows that a filter drops.
 */
export async function queryRows(
  client: DynamoDBDocumentClient,
  query: Omit<QueryCommandInput, 'Limit' | 'ExclusiveStartKey'>,
  count: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const response: QueryCommandOutput = await client.send(
      new QueryCommand({ ...query, Limit: count - rows.length, ExclusiveStartKey: start }),
    );
    rows.push(...(response.Items ?? []));
    start = response.LastEvaluatedKey;
  } while (start !== undefined && rows.length < count);
  return rows;
}

/**
 * Makes a page out of `limit + 1` items: the last one only shows that there are more.
 *
 * @param idOf returns the id by which the list is ordered
 */
export function pageOf<T>(
  items: readonly T[],
  limit: number,
  list: string,
  idOf: (item: T) => string,
): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  if (items.length <= limit || last === undefined) return { items: shown };
  return { items: shown, nextCursor: encodeCursor(list, idOf(last)) };
}
