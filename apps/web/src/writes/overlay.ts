import type { Comment } from '@blogapp/shared-types/rest';
import type { PendingWrite } from './pending-write.ts';
import { kept } from './send.ts';

/**
 * A comment as it is shown: from the API, with the user's writes that the API has not confirmed.
 */
export interface ShownComment {
  readonly comment: Comment;
  /** The last edit or deletion that the API has not confirmed. */
  readonly write?: PendingWrite;
}

/** A comment of the user that the API does not have yet. */
export interface NewComment {
  readonly write: PendingWrite;
  readonly body: string;
}

/** The comments of a post with the pending writes applied. */
export interface CommentOverlay {
  /** The comments, edited ones with their new text, without those that are being deleted. */
  readonly shown: readonly ShownComment[];
  /**
   * New comments that the API does not have yet, the oldest first; also refused ones, with their
   * reason.
   */
  readonly unsent: readonly NewComment[];
}

export interface OverlayOptions {
  /** Who is signed in. */
  readonly userId: string | undefined;
  readonly postId: string;
  /**
   * The ids of the comments that the API has deleted for this page: their events may arrive later.
   */
  readonly deleted: ReadonlySet<string>;
}

/**
 * Applies the pending writes of one user to the comments of a post. A refused edit or deletion is
 * not applied, so the comment is shown unchanged; its write has the reason.
 */
export function overlayComments(
  comments: readonly Comment[],
  writes: readonly PendingWrite[],
  { userId, postId, deleted }: OverlayOptions,
): CommentOverlay {
  const own = writes.filter((write) => write.userId === userId);
  const shown = comments.flatMap((comment): ShownComment[] => {
    if (deleted.has(comment.commentId)) return [];
    const about = own.filter(({ operation }) => isAbout(operation, comment.commentId));
    if (about.some(({ operation, refusal }) => operation.kind === 'comment.delete' && !refusal)) {
      return [];
    }
    const write = about.at(-1);
    if (write === undefined) return [{ comment }];
    const { operation, refusal } = write;
    const isEdited = operation.kind === 'comment.update' && refusal === undefined;
    const body = isEdited ? operation.body : comment.body;
    return [{ comment: { ...comment, body }, write }];
  });

  // The event of a comment can arrive before the response to its creation: then it is not shown
  // twice.
  const arrived = new Set<string>();
  const unsent = own.flatMap((write): NewComment[] => {
    const { operation, refusal, tries } = write;
    if (operation.kind !== 'comment.create' || operation.postId !== postId) return [];
    const { body, after } = operation;
    const twin =
      tries > 0 && refusal === undefined && after !== undefined
        ? comments.find(
            (comment) =>
              comment.authorId === userId &&
              comment.commentId > after &&
              comment.body === kept(body) &&
              !arrived.has(comment.commentId),
          )
        : undefined;
    if (twin === undefined) return [{ write, body }];
    arrived.add(twin.commentId);
    return [];
  });
  return { shown, unsent };
}

function isAbout(operation: PendingWrite['operation'], commentId: string): boolean {
  return (
    (operation.kind === 'comment.update' || operation.kind === 'comment.delete') &&
    operation.commentId === commentId
  );
}

/** The user's change of a favorite that the API has not confirmed; undefined when there is none. */
export function pendingFavorite(
  writes: readonly PendingWrite[],
  { userId, postId }: { readonly userId: string | undefined; readonly postId: string },
): PendingWrite | undefined {
  return writes.findLast(
    ({ operation, userId: author }) =>
      author === userId && operation.kind === 'favorite' && operation.postId === postId,
  );
}
