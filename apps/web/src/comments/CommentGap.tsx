'use client';

import { useRef } from 'react';
import { describeFailure } from '../api/index.ts';
import type { Comments, Gap } from '../posts/index.ts';
import { useOnline } from '../realtime/index.ts';
import { Button, counted, Message, useWhenNear } from '../ui/index.ts';
import styles from './Comments.module.css';

/**
 * The area below the screen (CSS pixels). When the gap is there, the reader comes from the first comments, and the next ones
 * are loaded. A reader who comes from the latest ones has the gap above, and nothing is loaded by itself.
 */
const BELOW_THE_SCREEN = '-100% 0px 2000px 0px';

interface Props {
  readonly comments: Comments;
  readonly gap: Gap;
  /** The number of comments that are not loaded, as far as it is known. */
  readonly missing: number;
  /** The reader wants to see the comments at the beginning of the gap. */
  readonly onNext: () => void;
}

/** The place of comments that are not loaded, in the list of those that are. */
export function CommentGap({ comments, gap: { isInside }, missing, onNext }: Props) {
  const row = useRef<HTMLLIElement>(null);
  const online = useOnline();
  const { loading, failure } = comments.state;
  const isIdle = loading === 'nothing';
  const canReadOn = isInside && isIdle && failure === undefined;
  useWhenNear(row, BELOW_THE_SCREEN, canReadOn ? () => void comments.loadNext() : undefined);
  const earlier = (): void => void comments.loadEarlier();
  const next = isInside ? 'Show the next comments' : 'Show the first comments';
  return (
    <li className={styles.gap} ref={row} data-gap>
      {missing > 0 && (
        <p className={styles.soft}>
          {counted(missing, 'comment', 'comments')} {isInside ? 'in between' : 'before these'}
        </p>
      )}
      <div className={styles.choices}>
        <Button small aria-disabled={!isIdle} onClick={onNext}>
          {loading === 'next' ? 'Loading comments…' : next}
        </Button>
        <Button small aria-disabled={!isIdle} onClick={earlier}>
          {loading === 'earlier' ? 'Loading earlier comments…' : 'Show earlier comments'}
        </Button>
      </div>
      {failure && failure.of !== 'latest' && (
        <Message
          tone="bad"
          title="These comments can not be loaded"
          action={<Button onClick={failure.of === 'next' ? onNext : earlier}>Try again</Button>}
        >
          {describeFailure(failure.error, online)}
        </Message>
      )}
    </li>
  );
}
