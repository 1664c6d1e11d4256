import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { backOff, ContentionError, sendUntilProcessed } from '@blogapp/retries';
import type { Post } from '../contract.ts';
import { NotFoundError } from '../errors.ts';
import { isId } from '../ids.ts';
import type { Row } from '../paging/index.ts';
import { asPostRow, bodyKey, postKey, summaryOf, type PostRow } from '../rows/index.ts';
import type { PostsTable } from '../tables.ts';

/** BatchGetItem's limit (items). */
const MAX_BATCH_GET = 100;

/**
 * Attempts to read both rows of a post in one version. An edit between the two reads causes another
 * attempt; one post is not edited this often.
 */
const MAX_READS = 5;

/** Reads a post's row without its body. @throws NotFoundError */
export async function readPostRow(
  { client, postsTable }: PostsTable,
  postId: string,
): Promise<PostRow> {
  if (!isId(postId)) throw new NotFoundError('post', postId);
  const { Item: row } = await client.send(
    new GetCommand({ TableName: postsTable, Key: postKey(postId), ConsistentRead: true }),
  );
  if (row === undefined) throw new NotFoundError('post', postId);
  return asPostRow(row);
}

/**
 * Reads a post with its body. The two rows are read in one request and compared by version: a
 * transaction would cost twice as much.
 *
 * @throws NotFoundError
 */
export async function readPost(table: PostsTable, postId: string): Promise<Post> {
  if (!isId(postId)) throw new NotFoundError('post', postId);
  for (let read = 1; read <= MAX_READS; read += 1) {
    const rows = await batchGet(table, [postKey(postId), bodyKey(postId)]);
    const found = rows.find((row) => row.postId === postId);
    if (found === undefined) throw new NotFoundError('post', postId);
    const post = asPostRow(found);
    const content = rows.find((row) => row.postId !== postId);
    if (content?.version === post.bodyVersion && typeof content.body === 'string') {
      return { ...summaryOf(post), body: content.body };
    }
    await backOff(read);
  }
  throw new ContentionError(new Error(`post ${postId} changed under each of ${MAX_READS} reads`));
}

/** The rows of those posts that exist, by id. */
export async function readPostRows(
  table: PostsTable,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, PostRow>> {
  const rows = new Map<string, PostRow>();
  for (let start = 0; start < postIds.length; start += MAX_BATCH_GET) {
    const some = postIds.slice(start, start + MAX_BATCH_GET);
    for (const row of await batchGet(table, some.map(postKey))) {
      const post = asPostRow(row);
      rows.set(post.postId, post);
    }
  }
  return rows;
}

async function batchGet(
  { client, postsTable }: PostsTable,
  keys: readonly { readonly postId: string }[],
): Promise<Row[]> {
  const rows: Row[] = [];
  await sendUntilProcessed<Record<string, unknown>>(postsTable, keys, async (some) => {
    const { Responses: found, UnprocessedKeys: unprocessed } = await client.send(
      new BatchGetCommand({ RequestItems: { [postsTable]: { Keys: some, ConsistentRead: true } } }),
    );
    rows.push(...(found?.[postsTable] ?? []));
    return unprocessed?.[postsTable]?.Keys;
  });
  return rows;
}
