import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { cancellationReasons, withContentionRetries } from '@blogapp/retries';
import type { NewPost, Post, PostChange, PostDeletion, PostsRepository } from '../contract.ts';
import { NotFoundError, NotOwnerError, VersionConflictError } from '../errors.ts';
import { isId, monthOf, newId } from '../ids.ts';
import { listByAuthor, listNewest, registerMonth } from './feed.ts';
import { bodyKey, excerptOf, newPostRow, postKey, summaryOf } from '../rows/index.ts';
import type { PostsTable } from '../tables.ts';
import { readPost, readPostRow } from './read.ts';

export interface PostsOptions extends PostsTable {
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
  /**
   * Returns the id of the current trace, which is stored with each edit, or undefined when the
   * request is not traced.
   */
  readonly traceId?: () => string | undefined;
}

/**
 * Keeps posts in the Posts table; make one for each execution environment.
 *
 * | operation         | requests                          | units for a post of n KB    |
 * | ----------------- | --------------------------------- | --------------------------- |
 * | create            | TransactWriteItems of 2           | 2n + 4 write (and 1 a month)|
 * | get               | BatchGetItem of 2                 | n / 4 + 1 read              |
 * | getSummary        | GetItem                           | 1 read                      |
 * | update            | GetItem or BatchGetItem, TransactWriteItems | as get, 2n + 4 write |
 * | delete            | TransactWriteItems of 2           | 2n + 4 write                |
 * | lists             | Query a month with posts          | 1 read for 8 posts or so    |
 *
 * @example
 *   createPostsRepository({
 *     client: createDocumentClient(createDynamoDBClient()),
 *     postsTable: env.DYNAMODB_POSTS_TABLE,
 *   });
 */
export function createPostsRepository({
  now = Date.now,
  traceId = () => undefined,
  ...table
}: PostsOptions): PostsRepository {
  /** Months that this process has registered already. */
  const registered = new Set<string>();

  return {
    async create(post) {
      const postId = post.postId ?? newId(now());
      const month = monthOf(postId);
      if (!registered.has(month)) {
        await registerMonth(table, month);
        registered.add(month);
      }
      return create(table, { ...post, postId, traceId: traceId() });
    },
    get: (postId) => readPost(table, postId),
    getSummary: async (postId) => summaryOf(await readPostRow(table, postId)),
    update: (change) => update(table, change, now(), traceId()),
    delete: (deletion) => remove(table, deletion),
    listNewest: (page) => listNewest(table, page, now()),
    listByAuthor: (authorId, page) => listByAuthor(table, authorId, page),
  };
}

async function create(
  table: PostsTable,
  post: NewPost & { readonly postId: string; readonly traceId: string | undefined },
): Promise<Post> {
  const { client, postsTable: TableName } = table;
  const row = newPostRow(post);
  try {
    await withContentionRetries(() =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName,
                Item: row,
                ConditionExpression: 'attribute_not_exists(postId)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
            { Put: { TableName, Item: { ...bodyKey(post.postId), body: post.body, version: 1 } } },
          ],
        }),
      ),
    );
  } catch (error) {
    const existing = refusedItem(error);
    if (existing === undefined) throw error;
    if (existing.authorId?.S !== post.authorId) throw new NotOwnerError('post', post.postId);
    return readPost(table, post.postId);
  }
  return { ...summaryOf(row), body: post.body };
}

async function update(
  table: PostsTable,
  change: PostChange,
  nowMs: number,
  traceId: string | undefined,
): Promise<Post> {
  const { client, postsTable: TableName } = table;
  const { postId, callerId, expectedVersion, title, body } = change;
  // The result has to be the complete post, and a transaction returns no items.
  const before =
    body === undefined
      ? await readPost(table, postId)
      : { ...summaryOf(await readPostRow(table, postId)), body };
  assertMayChange(postId, change, before);

  const version = expectedVersion + 1;
  const changed = {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { excerpt: excerptOf(body) }),
    updatedAt: new Date(nowMs).toISOString(),
    version,
  };
  const written = {
    ...changed,
    ...(body !== undefined && { bodyVersion: version }),
    lastChange: 'content',
    correlationId: change.correlationId,
    ...(traceId !== undefined && { traceId }),
  };
  const names = Object.keys(written);
  const post = {
    Update: {
      TableName,
      Key: postKey(postId),
      UpdateExpression:
        `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}` +
        (traceId === undefined ? ' REMOVE traceId' : ''),
      ConditionExpression: 'authorId = :caller AND #version = :expected',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(written).map(([name, value]) => [`:${name}`, value])),
        ':caller': callerId,
        ':expected': expectedVersion,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    },
  };
  const content =
    body === undefined ? [] : [{ Put: { TableName, Item: { ...bodyKey(postId), body, version } } }];
  await writeOwned(change, () =>
    client.send(new TransactWriteCommand({ TransactItems: [post, ...content] })),
  );
  return { ...before, ...changed };
}

async function remove({ client, postsTable }: PostsTable, deletion: PostDeletion): Promise<void> {
  const { postId, callerId, expectedVersion } = deletion;
  await writeOwned(deletion, () =>
    client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Delete: {
              TableName: postsTable,
              Key: postKey(postId),
              ConditionExpression: 'authorId = :caller AND version = :expected',
              ExpressionAttributeValues: { ':caller': callerId, ':expected': expectedVersion },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
          { Delete: { TableName: postsTable, Key: bodyKey(postId) } },
        ],
      }),
    ),
  );
}

/** Runs a transaction whose first item is conditional on the caller and the version. */
async function writeOwned(
  expected: Pick<PostChange, 'postId' | 'callerId' | 'expectedVersion'>,
  write: () => Promise<unknown>,
): Promise<void> {
  if (!isId(expected.postId)) throw new NotFoundError('post', expected.postId);
  try {
    await withContentionRetries(write);
  } catch (error) {
    if (cancellationReasons(error)?.[0]?.Code !== 'ConditionalCheckFailed') throw error;
    const existing = refusedItem(error);
    if (existing === undefined) throw new NotFoundError('post', expected.postId);
    assertMayChange(expected.postId, expected, {
      authorId: existing.authorId?.S ?? '',
      version: Number(existing.version?.N),
    });
    throw error;
  }
}

/** @throws NotOwnerError, VersionConflictError */
function assertMayChange(
  postId: string,
  { callerId, expectedVersion }: Pick<PostChange, 'callerId' | 'expectedVersion'>,
  { authorId, version }: { readonly authorId: string; readonly version: number },
): void {
  if (authorId !== callerId) throw new NotOwnerError('post', postId);
  if (version !== expectedVersion) throw new VersionConflictError(postId, expectedVersion, version);
}

/** The item that made the first condition of a transaction fail, in DynamoDB's format. */
function refusedItem(error: unknown): Readonly<Record<string, AttributeValue>> | undefined {
  const reason = cancellationReasons(error)?.[0];
  return reason?.Code === 'ConditionalCheckFailed' ? reason.Item : undefined;
}
