import { drafts } from '../drafts/index.ts';
import type { PendingWrite } from './pending-write.ts';

/** A draft that is published is not needed any more, unless its author has gone on writing. */
export function forgetPublishedDraft({ userId, operation }: PendingWrite): void {
  if (operation.kind !== 'post.create' && operation.kind !== 'post.update') return;
  const postId = operation.kind === 'post.update' ? operation.postId : undefined;
  const draft = drafts.read({ userId, postId });
  if (draft?.title === operation.title && draft.body === operation.body) {
    drafts.remove({ userId, postId });
  }
}
