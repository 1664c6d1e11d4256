import { BatchWriteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type {
  BatchWriteCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { sendUntilProcessed } from '@blogapp/retries';
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../paging/index.ts';
import type { CommentsTables, FavoritesTables } from '../tables.ts';

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

export type RemovalTables = CommentsTables & FavoritesTables;

export interface RemovalOptions {
  /** Favorites that the post had when it was deleted. */
  readonly favoriteCount: number;
  /** Milliseconds that the removal may still take. */
  readonly remainingMs: () => number;
  /** How long after the table the index of favorites may be updated (ms). */
  readonly indexLagMs?: number;
}

/** BatchWriteItem's limit (items). */
const MAX_BATCH_WRITE = 25;
/**
 * How many batches are deleted at once. One post's comments are in one partition, which takes 1,000
 * write units a second.
 */
const BATCHES_AT_ONCE = 4;
const PAGE_SIZE = MAX_BATCH_WRITE * BATCHES_AT_ONCE;
/** The time that one page takes at most, with throttling (ms). */
const PAGE_MARGIN_MS = 2_000;
const INDEX_LAG_MS = 3_000;
const INDEX_POLL_MS = 100;

/**
 * Removes the comments and favorites of a deleted post. Two runs share no state: what is not
 * removed yet is still in the tables, so an interrupted removal is simply run again.
 *
 * @returns false when the time ran out before all were removed: run it again
 */
export async function removeRemains(
  tables: RemovalTables,
  postId: string,
  { favoriteCount, remainingMs, indexLagMs = INDEX_LAG_MS }: RemovalOptions,
): Promise<boolean> {
  const comments = await removeAll(
    tables,
    {
      TableName: tables.commentsTable,
      KeyConditionExpression: 'postId = :post',
      ExpressionAttributeValues: { ':post': postId },
      ProjectionExpression: 'postId, commentId',
      ConsistentRead: true,
    },
    remainingMs,
  );
  if (!comments.done) return false;

  // An index is eventually consistent: it may not have the latest favorites yet. No favorite is
  // added after the post's deletion, so the post's own count says how many to wait for.
  let removed = 0;
  const deadline = Date.now() + Math.min(indexLagMs, remainingMs());
  for (;;) {
    const favorites = await removeAll(
      tables,
      {
        TableName: tables.favoritesTable,
        IndexName: 'byPost',
        KeyConditionExpression: 'postId = :post',
        ExpressionAttributeValues: { ':post': postId },
        ProjectionExpression: 'userId, postId',
      },
      remainingMs,
    );
    removed += favorites.removed;
    if (!favorites.done) return false;
    // An earlier run may have removed some, so after the wait an empty index is enough.
    if (removed >= favoriteCount || Date.now() >= deadline) return true;
    await delay(INDEX_POLL_MS);
  }
}

async function removeAll(
  { client }: RemovalTables,
  query: QueryCommandInput & { readonly TableName: string },
  remainingMs: () => number,
): Promise<{ readonly done: boolean; readonly removed: number }> {
  let removed = 0;
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    if (remainingMs() < PAGE_MARGIN_MS) return { done: false, removed };
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({ ...query, Limit: PAGE_SIZE, ExclusiveStartKey: start }),
    );
    const keys = page.Items ?? [];
    const batches: Promise<void>[] = [];
    for (let first = 0; first < keys.length; first += MAX_BATCH_WRITE) {
      batches.push(
        deleteBatch(client, query.TableName, keys.slice(first, first + MAX_BATCH_WRITE)),
      );
    }
    await Promise.all(batches);
    removed += keys.length;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return { done: true, removed };
}

/** @throws UnprocessedError when the table stays throttled: the removal is run again later */
async function deleteBatch(
  client: RemovalTables['client'],
  table: string,
  keys: readonly Row[],
): Promise<void> {
  const requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  await sendUntilProcessed<WriteRequest>(table, requests, async (some) => {
    const { UnprocessedItems: unprocessed } = await client.send(
      new BatchWriteCommand({ RequestItems: { [table]: some } }),
    );
    return unprocessed?.[table];
  });
}
