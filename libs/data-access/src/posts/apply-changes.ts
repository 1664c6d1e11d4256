import { postChannel } from '@blogapp/shared-types';
import { idOfRecord, isoTimeOf } from '../ids.ts';
import { removeRemains, type RemovalOptions, type RemovalTables } from './removal.ts';
import type { PostRow } from '../rows/index.ts';
import {
  byPost,
  StoppedAtError,
  postChangeOf,
  type BatchOutcome,
  type Publish,
  type RowChange,
  type StreamRecord,
} from '../streams/index.ts';

export interface PostChangesOptions
  extends RemovalTables, Pick<RemovalOptions, 'remainingMs' | 'indexLagMs'> {
  readonly publish: Publish;
}

/** A deleted post has more comments than one run could remove: the next run continues. */
export class RemovalUnfinishedError extends Error {
  override readonly name = 'RemovalUnfinishedError';

  constructor(postId: string) {
    super(`the comments and favorites of post ${postId} are not all removed yet`);
  }
}

/**
 * Applies a batch of the Posts stream. It publishes edits, changed counts of favorites and
 * deletions to the post's channel. After a deletion it removes the post's comments and favorites.
 * (`applyCommentChanges` publishes the changed count of comments.) A call may be repeated with the
 * same records.
 *
 * @throws Error for a record that is not of such a stream
 */
export async function applyPostChanges(
  options: PostChangesOptions,
  records: readonly StreamRecord[],
): Promise<BatchOutcome> {
  // Rows of bodies and the list of months have no attribute `month`.
  const changes = records.map(postChangeOf).filter(({ before }) => before?.month !== undefined);
  return byPost(changes, async (postId, ofPost) => {
    const last = ofPost.findLast(favoritesChanged);
    for (const change of ofPost) {
      try {
        await applyChange(options, postId, change, change === last);
      } catch (error) {
        throw new StoppedAtError(change.sequenceNumber, error);
      }
    }
  });
}

/** @param tellCounts false where a later change of the batch publishes newer counts */
async function applyChange(
  options: PostChangesOptions,
  postId: string,
  { sequenceNumber, atMs, before, after }: RowChange<PostRow>,
  tellCounts: boolean,
): Promise<void> {
  if (before === undefined) return;
  const id = idOfRecord(sequenceNumber, atMs);
  const occurredAt = isoTimeOf(id);
  const channel = postChannel(postId);

  if (after === undefined) {
    const data = { postId, deletedAt: occurredAt };
    // The request that deleted the post is not known here, because a deleted row does not name it.
    await options.publish({ type: 'post.deleted', id, occurredAt, data }, channel, id);
    const { favoriteCount } = before;
    const done = await removeRemains(options, postId, { ...options, favoriteCount });
    if (!done) throw new RemovalUnfinishedError(postId);
    return;
  }
  if (before.version !== after.version) {
    const { title, updatedAt = occurredAt } = after;
    await options.publish(
      { type: 'post.updated', id, occurredAt, data: { postId, title, updatedAt } },
      channel,
      after.correlationId ?? id,
    );
  }
  if (tellCounts) {
    const { commentCount, favoriteCount, countsVersion } = after;
    await options.publish(
      {
        type: 'post.stats',
        ...{ id, occurredAt },
        data: { postId, commentCount, favoriteCount, countsVersion },
      },
      channel,
      // A change of favorites has no correlation id, so the event's own id takes its place.
      id,
    );
  }
}

function favoritesChanged({ before, after }: RowChange<PostRow>): boolean {
  return after !== undefined && before?.favoriteCount !== after.favoriteCount;
}
