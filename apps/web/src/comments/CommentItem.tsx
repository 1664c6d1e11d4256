import type { Comment } from '@blogapp/shared-types/rest';
import { memo } from 'react';
import { CommentActions } from '../compose/index.ts';
import { Byline } from '../posts/index.ts';
import type { PendingWrite } from '../writes/index.ts';
import styles from './Comments.module.css';

interface Props {
  readonly comment: Comment;
  /** The comment's last change that the API has not confirmed. */
  readonly write: PendingWrite | undefined;
  /** Whether the reader wrote it. */
  readonly isOwn: boolean;
}

/** A comment, which is always shown as plain text. */
export const CommentItem = memo(function CommentItem({ comment, write, isOwn }: Props) {
  const { commentId, authorId, authorName, body, createdAt, updatedAt } = comment;
  return (
    <li id={`comment-${commentId}`} className={styles.item} tabIndex={-1}>
      <Byline {...{ authorId, authorName, createdAt, updatedAt }} />
      <p className={styles.body} dir="auto">
        {body}
      </p>
      {isOwn && <CommentActions comment={comment} write={write} />}
    </li>
  );
});
