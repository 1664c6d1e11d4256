import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Page, PageRequest, PostSummary } from '../contract.ts';
import { monthOf } from '../ids.ts';
import { decodeCursor, pageOf, queryRows } from '../paging/index.ts';
import { asPostRow, MONTHS_KEY, summaryOf } from '../rows/index.ts';
import type { PostsTable } from '../tables.ts';

const NEWEST = 'posts';

/** The most months that are read at once. */
const MAX_MONTHS_AT_ONCE = 8;

/**
 * Lists everybody's posts, newest first. It reads the current month's partition, then those of the
 * registered months, so that years without a post cost nothing. A registered month may be empty by
 * now, so from the second one on several are read at a time: 2, 4, then 8.
 */
export async function listNewest(
  table: PostsTable,
  { limit, cursor }: PageRequest,
  nowMs: number,
): Promise<Page<PostSummary>> {
  const after = cursor === undefined ? undefined : decodeCursor(NEWEST, cursor);
  const month = after === undefined ? new Date(nowMs).toISOString().slice(0, 7) : monthOf(after);
  const wanted = limit + 1;
  const posts = await postsOfMonth(table, month, wanted, after);
  if (posts.length < wanted) {
    const earlier = (await readMonths(table))
      .filter((each) => each < month)
      .sort()
      .reverse();
    let atOnce = 2;
    for (let start = 0; start < earlier.length && posts.length < wanted;) {
      const some = earlier.slice(start, start + atOnce);
      const missing = wanted - posts.length;
      const found = await Promise.all(some.map((each) => postsOfMonth(table, each, missing)));
      posts.push(...found.flat());
      start += atOnce;
      atOnce = Math.min(2 * atOnce, MAX_MONTHS_AT_ONCE);
    }
  }
  return pageOf(posts, limit, NEWEST, ({ postId }) => postId);
}

/** Lists one author's posts, newest first. */
export async function listByAuthor(
  { client, postsTable }: PostsTable,
  authorId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<PostSummary>> {
  const list = `posts/by/${authorId}`;
  const after = cursor === undefined ? undefined : decodeCursor(list, cursor);
  const rows = await queryRows(
    client,
    {
      TableName: postsTable,
      IndexName: 'byAuthor',
      KeyConditionExpression: `authorId = :author${after === undefined ? '' : ' AND postId < :after'}`,
      ExpressionAttributeValues: {
        ':author': authorId,
        ...(after !== undefined && { ':after': after }),
      },
      ScanIndexForward: false,
    },
    limit + 1,
  );
  const posts = rows.map((row) => summaryOf(asPostRow(row)));
  return pageOf(posts, limit, list, ({ postId }) => postId);
}

async function postsOfMonth(
  { client, postsTable }: PostsTable,
  month: string,
  count: number,
  after?: string,
): Promise<PostSummary[]> {
  const rows = await queryRows(
    client,
    {
      TableName: postsTable,
      IndexName: 'byMonth',
      KeyConditionExpression: `#month = :month${after === undefined ? '' : ' AND postId < :after'}`,
      // `month` is a reserved word:
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
      ExpressionAttributeNames: { '#month': 'month' },
      ExpressionAttributeValues: {
        ':month': month,
        ...(after !== undefined && { ':after': after }),
      },
      ScanIndexForward: false,
    },
    count,
  );
  return rows.map((row) => summaryOf(asPostRow(row)));
}

async function readMonths({ client, postsTable }: PostsTable): Promise<string[]> {
  const { Item: row } = await client.send(
    new GetCommand({ TableName: postsTable, Key: MONTHS_KEY }),
  );
  return row?.months instanceof Set ? [...(row.months as ReadonlySet<string>)] : [];
}

/**
 * Adds a month to those that the feed reads. Call it before the month's first post is written, so
 * that the feed misses no post. Adding a month again changes nothing.
 */
export async function registerMonth(
  { client, postsTable }: PostsTable,
  month: string,
): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: postsTable,
      Key: MONTHS_KEY,
      UpdateExpression: 'ADD months :month',
      ExpressionAttributeValues: { ':month': new Set([month]) },
    }),
  );
}
