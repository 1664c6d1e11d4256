'use client';

import { useRef } from 'react';
import { describeFailure } from '../api/index.ts';
import type { Comments, Gap } from '../posts/index.ts';
import { useOnline } from '../realtime/index.ts';
import { Button, counted, Message, useWhenNear } from '../ui/index.ts';
import styles from './Comments.module.css';

/**
 * Only while the gap is below the screen: who reads on from the first comment finds the next ones there, and who comes from
 * the latest ones loads nothing by passing the gap.
 */
const BELOW_THE_SCREEN = '-100% 0px 2000px 0px';

interface Props {
  readonly comments: Comments;
  readonly gap: Gap;
  /** How many comments it stands for, as far as that is known. */
  readonly missing: number;
  /** The reader asks for those after the gap's beginning. */
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
