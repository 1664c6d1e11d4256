import type { Operation, PendingWrite } from './pending-write.ts';

/**
 * Whether a later write replaces a write, so that it need not be sent: a second edit of a comment,
 * or a favorite that is unmarked. A write that was tried is kept, because it may be under way.
 */
export function superseded({ operation: earlier, tries }: PendingWrite, later: Operation): boolean {
  if (tries > 0) return false;
  if (earlier.kind === 'favorite') {
    return later.kind === 'favorite' && later.postId === earlier.postId;
  }
  if (earlier.kind === 'comment.update') {
    const isChange = later.kind === 'comment.update' || later.kind === 'comment.delete';
    return isChange && later.commentId === earlier.commentId;
  }
  return false;
}
