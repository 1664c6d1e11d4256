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

/** A deleted post has more comments than one run could remove: the next one goes on. */
export class RemovalUnfinishedError extends Error {
  override readonly name = 'RemovalUnfinishedError';

  constructor(postId: string) {
    super(`what was under post ${postId} is not all removed yet`);
  }
}

/**
 * Applies a batch of the Posts stream: publishes to the post's channel an edit, a changed count of
 * favorites, and the deletion, after which it removes the post's comments and favorites.
 * (`applyCommentChanges` publishes the changed count of comments.)
 *
 * Safe to repeat with the same records.
 *
 * @throws Error for a record that is not of such a stream
 */
export async function applyPostChanges(
  options: PostChangesOptions,
  records: readonly StreamRecord[],
): Promise<BatchOutcome> {
  // Bodies and the list of months have no month.
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
    // The deletion's own request is not known here: a deleted row keeps nothing of it.
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
      // Favorites carry no correlation id: they change a row that others read and write.
      id,
    );
  }
}

function favoritesChanged({ before, after }: RowChange<PostRow>): boolean {
  return after !== undefined && before?.favoriteCount !== after.favoriteCount;
}
