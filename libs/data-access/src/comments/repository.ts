import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { ContentionError } from '@blogapp/retries';
import type {
  Comment,
  CommentChange,
  CommentDeletion,
  CommentOrder,
  CommentsRepository,
  NewComment,
  Page,
  PageRequest,
} from '../contract.ts';
import { NotFoundError, NotOwnerError } from '../errors.ts';
import { isId, isoTimeOf, newId, newIdAfter } from '../ids.ts';
import { decodeCursor, pageOf, queryRows } from '../paging/index.ts';
import { readPostRow } from '../posts/index.ts';
import { asCommentRow, commentOf, isLive, tombstoneOf, type CommentRow } from '../rows/index.ts';
import type { CommentsTables } from '../tables.ts';

/** The tables, and what the repository needs beside them. */
export interface CommentsOptions extends CommentsTables {
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
  /** Returns the id of the current request's trace, which is stored with its changes. */
  readonly traceId?: () => string | undefined;
}

/**
 * Attempts to find a change id that is greater than the one before. If so many fail, the clocks of
 * the writers are wrong.
 */
const MAX_CHANGE_IDS = 5;

/**
 * Keeps comments in the Comments table; make one for each execution environment.
 *
 * Every change is one write of one item, and its stream record does the rest (count, event). The
 * post is read before a comment is written, not locked with it: a transaction would cost four times
 * as much, and make the commenters of one post wait for each other. When a comment is written while
 * its post is being deleted, the consumer of the stream removes it.
 *
 * @example
 *   createCommentsRepository({
 *     client: createDocumentClient(createDynamoDBClient()),
 *     commentsTable: env.DYNAMODB_COMMENTS_TABLE,
 *     postsTable: env.DYNAMODB_POSTS_TABLE,
 *   });
 */
export function createCommentsRepository({
  now = Date.now,
  traceId = () => undefined,
  ...tables
}: CommentsOptions): CommentsRepository {
  return {
    create: (comment) => create(tables, comment, now(), traceId()),
    get: (postId, commentId) => get(tables, postId, commentId),
    update: (change) => update(tables, change, now(), traceId()),
    delete: (deletion) => remove(tables, deletion, now(), traceId()),
    listByPost: (postId, page) => listByPost(tables, postId, page),
  };
}

async function create(
  tables: CommentsTables,
  comment: NewComment,
  nowMs: number,
  traceId: string | undefined,
): Promise<Comment> {
  const { postId, authorId, authorName, body, correlationId } = comment;
  await readPostRow(tables, postId);
  const changeId = newId(nowMs);
  const commentId = comment.commentId ?? changeId;
  const row: CommentRow = {
    ...{ postId, commentId, changeId, authorId, body, correlationId },
    ...(authorName !== undefined && { authorName }),
    ...(traceId !== undefined && { traceId }),
    createdAt: isoTimeOf(commentId),
  };
  try {
    await tables.client.send(
      new PutCommand({
        TableName: tables.commentsTable,
        Item: row,
        ConditionExpression: 'attribute_not_exists(commentId)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    const existing = refusedRow(error);
    if (existing === undefined) throw error;
    // The comment exists already: this request's own first try wrote it, or one with the same
    // idempotency key.
    if (existing.authorId !== authorId) throw new NotOwnerError('comment', commentId);
    return get(tables, postId, commentId);
  }
  return commentOf(row);
}

async function get(tables: CommentsTables, postId: string, commentId: string): Promise<Comment> {
  assertIds(postId, commentId);
  const { Item: item } = await tables.client.send(
    new GetCommand({
      TableName: tables.commentsTable,
      Key: { postId, commentId },
      ConsistentRead: true,
    }),
  );
  const row = item === undefined ? undefined : asCommentRow(item);
  if (row === undefined || !isLive(row)) throw new NotFoundError('comment', commentId);
  return commentOf(row);
}

async function update(
  tables: CommentsTables,
  { postId, commentId, callerId, body, correlationId }: CommentChange,
  nowMs: number,
  traceId: string | undefined,
): Promise<Comment> {
  const row = await change(
    tables,
    { postId, commentId, authorId: callerId },
    nowMs,
    (changeId) => ({
      UpdateExpression:
        'SET body = :body, updatedAt = :updatedAt, changeId = :changeId, correlationId = :correlationId' +
        (traceId === undefined ? ' REMOVE traceId' : ', traceId = :traceId'),
      ExpressionAttributeValues: {
        ...(traceId !== undefined && { ':traceId': traceId }),
        ':body': body,
        ':updatedAt': isoTimeOf(changeId),
        ':correlationId': correlationId,
      },
    }),
  );
  // The response to this write was lost, and somebody has deleted the comment since.
  if (!isLive(row)) throw new NotFoundError('comment', commentId);
  return commentOf(row);
}

async function remove(
  tables: CommentsTables,
  { postId, commentId, callerId, correlationId }: CommentDeletion,
  nowMs: number,
  traceId: string | undefined,
): Promise<void> {
  const markDeleted = (authorId?: string): Promise<CommentRow> =>
    change(
      tables,
      { postId, commentId, ...(authorId !== undefined && { authorId }) },
      nowMs,
      (changeId) => {
        const { deletedAt, expiresAt } = tombstoneOf(changeId);
        return {
          UpdateExpression:
            'SET deletedAt = :deletedAt, expiresAt = :expiresAt, changeId = :changeId, correlationId = :correlationId' +
            (traceId === undefined ? ' REMOVE traceId, ' : ', traceId = :traceId REMOVE ') +
            'body, authorName, updatedAt',
          ExpressionAttributeValues: {
            ...(traceId !== undefined && { ':traceId': traceId }),
            ':deletedAt': deletedAt,
            ':expiresAt': expiresAt,
            ':correlationId': correlationId,
          },
        };
      },
    );
  try {
    await markDeleted(callerId);
  } catch (error) {
    if (!(error instanceof NotOwnerError)) throw error;
    // A post's author may delete comments that others wrote on it.
    const post = await readPostRow(tables, postId);
    if (post.authorId !== callerId) throw error;
    await markDeleted();
  }
}

/**
 * Writes a change of a comment with a new change id, which must be greater than the one before: a
 * writer whose clock is behind takes the next moment after it. A write that is repeated because its
 * response was lost finds its own change id and is done.
 *
 * @param owned the comment, and the author that it must have
 * @throws NotFoundError, NotOwnerError
 */
async function change(
  { client, commentsTable }: CommentsTables,
  owned: { readonly postId: string; readonly commentId: string; readonly authorId?: string },
  nowMs: number,
  updateOf: (
    changeId: string,
  ) => Pick<UpdateCommandInput, 'UpdateExpression' | 'ExpressionAttributeValues'>,
): Promise<CommentRow> {
  const { postId, commentId, authorId } = owned;
  assertIds(postId, commentId);
  let changeId = newId(nowMs);
  for (let attempt = 1; ; attempt += 1) {
    const { UpdateExpression, ExpressionAttributeValues } = updateOf(changeId);
    try {
      const { Attributes: row = {} } = await client.send(
        new UpdateCommand({
          TableName: commentsTable,
          Key: { postId, commentId },
          UpdateExpression,
          ConditionExpression: `attribute_exists(commentId) AND attribute_not_exists(deletedAt) AND changeId < :changeId${
            authorId === undefined ? '' : ' AND authorId = :authorId'
          }`,
          ExpressionAttributeValues: {
            ...ExpressionAttributeValues,
            ':changeId': changeId,
            ...(authorId !== undefined && { ':authorId': authorId }),
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return asCommentRow(row);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const existing = refusedRow(error);
      if (existing === undefined) throw new NotFoundError('comment', commentId);
      if (existing.changeId === changeId) {
        return readRow({ client, commentsTable }, postId, commentId);
      }
      if (existing.deleted) throw new NotFoundError('comment', commentId);
      if (authorId !== undefined && existing.authorId !== authorId) {
        throw new NotOwnerError('comment', commentId);
      }
      if (attempt === MAX_CHANGE_IDS) throw new ContentionError(error);
      changeId = newIdAfter(existing.changeId);
    }
  }
}

async function readRow(
  { client, commentsTable }: Pick<CommentsTables, 'client' | 'commentsTable'>,
  postId: string,
  commentId: string,
): Promise<CommentRow> {
  const { Item: row } = await client.send(
    new GetCommand({ TableName: commentsTable, Key: { postId, commentId }, ConsistentRead: true }),
  );
  if (row === undefined) throw new NotFoundError('comment', commentId);
  return asCommentRow(row);
}

async function listByPost(
  { client, commentsTable }: CommentsTables,
  postId: string,
  { limit, cursor, order }: PageRequest & { readonly order: CommentOrder },
): Promise<Page<Comment>> {
  const list = `comments/${postId}/${order}`;
  const after = cursor === undefined ? undefined : decodeCursor(list, cursor);
  const further = order === 'oldest' ? '>' : '<';
  const rows = await queryRows(
    client,
    {
      TableName: commentsTable,
      KeyConditionExpression: `postId = :post${after === undefined ? '' : ` AND commentId ${further} :after`}`,
      FilterExpression: 'attribute_not_exists(deletedAt)',
      ExpressionAttributeValues: {
        ':post': postId,
        ...(after !== undefined && { ':after': after }),
      },
      ScanIndexForward: order === 'oldest',
      ConsistentRead: true,
    },
    limit + 1,
  );
  const comments = rows.map(asCommentRow).filter(isLive).map(commentOf);
  return pageOf(comments, limit, list, ({ commentId }) => commentId);
}

/** @throws NotFoundError for a text that is not an id, because nothing can be stored under it */
function assertIds(postId: string, commentId: string): void {
  if (!isId(postId) || !isId(commentId)) throw new NotFoundError('comment', commentId);
}

/**
 * The row that made a condition fail; undefined when there is no such row, and for other errors.
 */
function refusedRow(
  error: unknown,
): { readonly authorId: string; readonly changeId: string; readonly deleted: boolean } | undefined {
  if (!(error instanceof ConditionalCheckFailedException)) return undefined;
  const { Item: row } = error;
  if (row === undefined) return undefined;
  return {
    authorId: row.authorId?.S ?? '',
    changeId: row.changeId?.S ?? '',
    deleted: row.deletedAt !== undefined,
  };
}
