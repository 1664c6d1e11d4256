import type { Comment } from '@blogapp/shared-types/rest';
import Link from 'next/link';
import { memo, type ReactNode } from 'react';
import { profileLink } from '../posts/index.ts';
import { Time } from '../ui/index.ts';
import styles from './Comments.module.css';

interface Props {
  readonly comment: Comment;
  /** What one can do with it, and what became of that. */
  readonly children?: ReactNode;
}

/** A comment: plain text, whatever it contains. */
export const CommentItem = memo(function CommentItem({ comment, children }: Props) {
  const { commentId, authorId, authorName, body, createdAt, updatedAt } = comment;
  return (
    <li id={`comment-${commentId}`} className={styles.item} tabIndex={-1}>
      <p className={styles.byline}>
        <Link className={styles.author} href={profileLink(authorId)} prefetch={false} dir="auto">
          {authorName ?? 'Somebody'}
        </Link>
        <span>
          <Time of={createdAt} />
          {updatedAt !== undefined && ' (edited)'}
        </span>
      </p>
      <p className={styles.body} dir="auto">
        {body}
      </p>
      {children}
    </li>
  );
});
