import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { postChannel } from '@blogapp/shared-types';
import { idOfRecord, isoTimeOf } from '../ids.ts';
import { countComments, type CountChange } from './counter.ts';
import { commentEventOf, isLive, type CommentRow } from '../rows/index.ts';
import {
  byPost,
  StoppedAtError,
  commentChangeOf,
  type BatchOutcome,
  type Publish,
  type RowChange,
  type StreamRecord,
} from '../streams/index.ts';
import type { CommentsTables } from '../tables.ts';

export interface CommentChangesOptions extends CommentsTables {
  readonly publish: Publish;
}

/**
 * Applies a batch of the Comments stream: counts each comment in its post exactly once, publishes
 * each change to the post's channel at least once (under its change id), and then the new counts. A
 * comment that was written after its post was deleted is removed.
 *
 * A call may be repeated with the same records, with some of them, and with others that follow.
 *
 * @throws Error for a record that is not of such a stream
 */
export async function applyCommentChanges(
  options: CommentChangesOptions,
  records: readonly StreamRecord[],
): Promise<BatchOutcome> {
  return byPost(records.map(commentChangeOf), (postId, changes) =>
    applyToPost(options, postId, changes),
  );
}

async function applyToPost(
  options: CommentChangesOptions,
  postId: string,
  changes: readonly RowChange<CommentRow>[],
): Promise<void> {
  const counted = changes.flatMap(countChangeOf);
  const last = counted.at(-1);
  const counts = last === undefined ? undefined : await countComments(options, postId, counted);
  if (last !== undefined && counts === undefined) {
    await removeLateComments(options, changes);
    return;
  }

  const channel = postChannel(postId);
  for (const { sequenceNumber, after } of changes) {
    if (after === undefined) continue;
    await stoppingAt(sequenceNumber, () =>
      options.publish(commentEventOf(after), channel, after.correlationId),
    );
  }
  if (last === undefined || counts === undefined) return;
  const { sequenceNumber, atMs, after, before } = last.change;
  const id = idOfRecord(sequenceNumber, atMs);
  await stoppingAt(sequenceNumber, () =>
    options.publish(
      { type: 'post.stats', id, occurredAt: isoTimeOf(id), data: { postId, ...counts } },
      channel,
      (after ?? before)?.correlationId ?? id,
    ),
  );
}

/**
 * What a change adds to the count. It compares whether a comment is visible before and after the
 * change. So a tombstone counts as a deletion, its expiry as nothing, and an edit as nothing.
 */
function countChangeOf(
  change: RowChange<CommentRow>,
): (CountChange & { readonly change: RowChange<CommentRow> })[] {
  const { sequenceNumber, before, after } = change;
  const visibleBefore = before !== undefined && isLive(before);
  const visibleAfter = after !== undefined && isLive(after);
  if (visibleBefore === visibleAfter) return [];
  return [{ sequenceNumber, difference: visibleAfter ? 1 : -1, change }];
}

/**
 * Removes comments that were written while their post was being deleted: the post's clean-up may
 * have ended before.
 */
async function removeLateComments(
  { client, commentsTable }: CommentsTables,
  changes: readonly RowChange<CommentRow>[],
): Promise<void> {
  for (const { sequenceNumber, after } of changes) {
    if (after === undefined) continue;
    const { postId, commentId } = after;
    await stoppingAt(sequenceNumber, () =>
      client.send(new DeleteCommand({ TableName: commentsTable, Key: { postId, commentId } })),
    );
  }
}

async function stoppingAt(sequenceNumber: string, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    throw new StoppedAtError(sequenceNumber, error);
  }
}
