import { drafts } from '../drafts/index.ts';
import type { PendingWrite } from './pending-write.ts';

/** Removes the draft of a published write, unless its author has changed it since. */
export function forgetPublishedDraft({ userId, operation }: PendingWrite): void {
  if (operation.kind !== 'post.create' && operation.kind !== 'post.update') return;
  const postId = operation.kind === 'post.update' ? operation.postId : undefined;
  const draft = drafts.read({ userId, postId });
  if (draft?.title === operation.title && draft.body === operation.body) {
    drafts.remove({ userId, postId });
  }
}
