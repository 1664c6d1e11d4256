import type { Operation, PendingWrite } from './pending-write.ts';

/**
 * Whether a write need not be sent any more, because a later one says the same thing anew: a second
 * edit of a comment, a heart that is taken back. One that was tried is left: it may be under way.
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
