import type { EventDraft } from '@blogapp/shared-types';
import type { Comment } from '../contract.ts';
import { isoTimeOf, timeOf } from '../ids.ts';
import type { Row } from '../paging/index.ts';

interface CommentKey {
  readonly postId: string;
  readonly commentId: string;
}

/** A comment as it is stored. */
export interface LiveRow extends Comment {
  /** The correlation id of the request that changed it last. */
  readonly correlationId: string;
  /** The trace of that request, when it was traced; the stream's consumer has another trace. */
  readonly traceId?: string;
}

/**
 * The row of a deleted comment, which stays for a day, so that clients that were away learn of the
 * deletion.
 */
export interface TombstoneRow extends CommentKey {
  readonly authorId: string;
  readonly changeId: string;
  readonly createdAt: string;
  readonly deletedAt: string;
  /** The time after which DynamoDB removes the row (seconds since 1970). */
  readonly expiresAt: number;
  readonly correlationId: string;
  readonly traceId?: string;
}

export type CommentRow = LiveRow | TombstoneRow;

/** How long a deletion can be replayed (ms). */
export const TOMBSTONE_LIFE_MS = 24 * 60 * 60 * 1000;

/** Types a row without checking it, because only this library writes the table. */
export function asCommentRow(row: Row): CommentRow {
  return row as unknown as CommentRow;
}

/** Whether a row is a comment, and not the tombstone of a deleted one. */
export function isLive(row: CommentRow): row is LiveRow {
  return !('deletedAt' in row);
}

/** The part of a row that callers see. */
export function commentOf(row: LiveRow): Comment {
  const { correlationId: _, traceId: _trace, ...comment } = row;
  return comment;
}

/** The attributes that a deletion with this change id writes. */
export function tombstoneOf(changeId: string): Pick<TombstoneRow, 'deletedAt' | 'expiresAt'> {
  return {
    deletedAt: isoTimeOf(changeId),
    expiresAt: Math.ceil((timeOf(changeId) + TOMBSTONE_LIFE_MS) / 1000),
  };
}

/**
 * The event of a comment's latest change. It is made from the row's state, so a replay and a live
 * push are the same event under the same id.
 */
export function commentEventOf(row: CommentRow): EventDraft & { readonly id: string } {
  const { postId, commentId, changeId: id } = row;
  const occurredAt = isoTimeOf(id);
  if (!isLive(row)) {
    const { deletedAt } = row;
    return { type: 'comment.deleted', id, occurredAt, data: { postId, commentId, deletedAt } };
  }
  const { authorId, authorName, body, createdAt, updatedAt } = row;
  const data = {
    ...{ postId, commentId, authorId, body, createdAt },
    ...(authorName !== undefined && { authorName }),
    ...(updatedAt !== undefined && { updatedAt }),
  };
  return {
    type: updatedAt === undefined ? 'comment.created' : 'comment.updated',
    ...{ id, occurredAt, data },
  };
}
