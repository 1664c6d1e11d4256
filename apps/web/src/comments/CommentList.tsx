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
  /** The comments with what the reader wrote, edited and deleted. */
  readonly overlay: CommentOverlay;
  /** How many there are, as far as it is known. */
  readonly count: number;
  /** The id of who reads it. */
  readonly me: string | undefined;
  readonly list: RefObject<HTMLOListElement | null>;
  /** The reader asks for the first comments, or for those after them. */
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
