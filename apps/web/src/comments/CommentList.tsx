'use client';

import type { RefObject } from 'react';
import { UnsentComments } from '../compose/index.ts';
import type { Comments } from '../posts/index.ts';
import type { CommentOverlay, ShownComment } from '../writes/index.ts';
import { CommentGap } from './CommentGap.tsx';
import { CommentItem } from './CommentItem.tsx';
import styles from './Comments.module.css';

interface Props {
  readonly comments: Comments | undefined;
  /** The comments, with the reader's own writes that the API has not confirmed. */
  readonly overlay: CommentOverlay;
  /** The number of comments, as far as it is known. */
  readonly count: number;
  /** The user id of the reader. */
  readonly me: string | undefined;
  readonly list: RefObject<HTMLOListElement | null>;
  /** The reader wants to see the first comments, or those after them. */
  readonly onNext: () => void;
}

/** The comments, the oldest first, with the place of those that are not loaded. */
export function CommentList({ comments, overlay, count, me, list, onNext }: Props) {
  const { shown, unsent } = overlay;
  const gap = comments?.state.gap;
  const item = ({ comment, write }: ShownComment) => (
    <CommentItem
      key={comment.commentId}
      comment={comment}
      write={write}
      isOwn={comment.authorId === me}
    />
  );
  const end = gap?.endId ?? '';
  return (
    <ol role="list" className={styles.list} ref={list}>
      {shown.filter(({ comment }) => comment.commentId < end).map(item)}
      {comments && gap && (
        <CommentGap comments={comments} gap={gap} missing={count - shown.length} onNext={onNext} />
      )}
      {shown.filter(({ comment }) => comment.commentId >= end).map(item)}
      <UnsentComments unsent={unsent} />
    </ol>
  );
}
