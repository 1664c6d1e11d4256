import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { withContentionRetries } from '@blogapp/retries';
import { postKey } from '../rows/index.ts';
import { comparableSequence } from '../streams/index.ts';
import type { PostsTable } from '../tables.ts';

/** One comment more, or one less, as a stream record says. */
export interface CountChange {
  readonly sequenceNumber: string;
  readonly difference: 1 | -1;
}

export interface PostCounts {
  readonly commentCount: number;
  readonly favoriteCount: number;
  /** A number that grows with each change of the counts. */
  readonly countsVersion: number;
}

/**
 * Counts changes of one post's comments, each once, however often and in whatever batches their
 * records are delivered. The post keeps the sequence number of the last record that it counted, and
 * takes only later ones. This needs the records of one post in their order: its comments share a
 * partition (a table with a local index never splits an item collection), and so a shard, whose
 * batches Lambda delivers one after the other as long as `ParallelizationFactor` is 1.
 *
 * @param changes in the order of the stream; at least one
 * @returns the counts as they are now; undefined when the post is gone
 */
export async function countComments(
  { client, postsTable }: PostsTable,
  postId: string,
  changes: readonly CountChange[],
): Promise<PostCounts | undefined> {
  let pending = changes.map(({ sequenceNumber, difference }) => ({
    sequence: comparableSequence(sequenceNumber),
    difference,
  }));
  for (;;) {
    const first = pending[0]?.sequence;
    const last = pending.at(-1)?.sequence;
    try {
      const { Attributes: post = {} } = await withContentionRetries(() =>
        client.send(
          new UpdateCommand({
            TableName: postsTable,
            Key: postKey(postId),
            UpdateExpression:
              'SET lastCommentSequence = :last, lastChange = :comments ADD commentCount :difference, countsVersion :one',
            ConditionExpression:
              'attribute_exists(postId) AND (attribute_not_exists(lastCommentSequence) OR lastCommentSequence < :first)',
            ExpressionAttributeValues: {
              ':first': first,
              ':last': last,
              ':comments': 'comments',
              ':difference': pending.reduce((sum, { difference }) => sum + difference, 0),
              ':one': 1,
            },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return {
        commentCount: Number(post.commentCount),
        favoriteCount: Number(post.favoriteCount),
        countsVersion: Number(post.countsVersion),
      };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const { Item: post } = error;
      if (post === undefined) return undefined;
      const counted = post.lastCommentSequence?.S ?? '';
      pending = pending.filter(({ sequence }) => sequence > counted);
      if (pending.length > 0) continue;
      return {
        commentCount: Number(post.commentCount?.N),
        favoriteCount: Number(post.favoriteCount?.N),
        countsVersion: Number(post.countsVersion?.N),
      };
    }
  }
}
