'use client';

import type { ServerEvent } from '@blogapp/shared-types';
import type { Comment } from '@blogapp/shared-types/rest';
import { useEffect, useRef, useState } from 'react';
import { describeFailure } from '../api/index.ts';
import { CommentComposer } from '../compose/index.ts';
import { changeOf, type PostData } from '../posts/index.ts';
import { LiveChannel, useConnectionWords, useOnline } from '../realtime/index.ts';
import { useSession } from '../session/index.ts';
import { Button, counted, Message, Skeleton, VisuallyHidden } from '../ui/index.ts';
import { createAnnouncer } from './announcer.ts';
import { useCommentOverlay, useWriteResults } from '../writes/index.ts';
import { catchUp } from './catch-up.ts';
import { CommentList } from './CommentList.tsx';
import { goToComment } from './go-to.ts';
import { useComments } from './use-comments.ts';
import styles from './Comments.module.css';

const SKELETONS = ['a', 'b', 'c'] as const;

interface Props {
  /** Undefined until the configuration is loaded. */
  readonly data: PostData | undefined;
  /** The number of comments; undefined until it is known. */
  readonly count: number | undefined;
  /** Receives the other events of the post. */
  readonly onPostEvent: (event: ServerEvent) => void;
  /** Whether comments can be written: not when the post was deleted. */
  readonly isOpen: boolean;
}

/** The comments of a post with live updates. New ones do not move the visible ones. */
export function CommentsSection({ data, count, onPostEvent, isOpen }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const composer = useRef<HTMLDivElement>(null);
  const comments = data?.comments;
  const { state, keepPlace } = useComments(comments, list, composer);
  const { isCutOff } = useConnectionWords();
  const online = useOnline();
  const me = useSession().user?.uid;
  const [unseen, setUnseen] = useState<readonly string[]>([]);
  const [said, setSaid] = useState('');
  const [isEndSeen, setEndSeen] = useState(false);
  /** Whether they asked for the first comments, so that the latest ones may be far away. */
  const [isFromFirst, setFromFirst] = useState(false);
  const announcer = useRef<ReturnType<typeof createAnnouncer>>(undefined);

  useEffect(() => {
    announcer.current = createAnnouncer(setSaid);
    return () => announcer.current?.stop();
  }, []);

  useEffect(() => {
    if (!end.current) return undefined;
    const observer = new IntersectionObserver((entries) => {
      const isSeen = entries.at(-1)?.isIntersecting ?? false;
      setEndSeen(isSeen);
      if (isSeen) setUnseen([]);
    });
    observer.observe(end.current);
    return () => {
      observer.disconnect();
    };
  }, []);

  const catchingUp = useRef<() => void>(undefined);
  useEffect(() => () => catchingUp.current?.(), [comments]);
  const catchUpNow = (): void => {
    catchingUp.current?.();
    catchingUp.current = comments && catchUp(comments);
  };

  const overlay = useCommentOverlay(data?.postId ?? '', state.comments);
  useWriteResults((_write, { comment }) => {
    if (comment?.postId === data?.postId && comment) comments?.apply({ type: 'written', comment });
  });

  const onEvent = (event: ServerEvent): void => {
    const change = changeOf(event);
    if (change === undefined) {
      onPostEvent(event);
      return;
    }
    const isNew = comments?.apply(change) ?? false;
    if (!isNew || change.type === 'deleted' || change.comment.authorId === me) return;
    announcer.current?.add(change.comment);
    if (!isEndSeen) setUnseen((before) => [...before, change.comment.commentId]);
  };

  const { isLoaded, loading, failure } = state;

  /** The first one that they have not seen, or the last one. */
  const showLatest = (): void => {
    goToComment(unseen.length > 0 ? unseen : state.comments.slice(-1).map(idOf));
    setUnseen([]);
  };
  const showNext = async (): Promise<void> => {
    if (!comments) return;
    const end = comments.state.gap?.endId ?? '';
    const before = comments.state.comments.map(idOf).findLast((id) => id < end) ?? '';
    await comments.loadNext();
    if (comments.state.failure) return;
    setFromFirst(true);
    goToComment(comments.state.comments.map(idOf).filter((id) => id > before));
  };

  return (
    <section className={styles.comments} aria-labelledby="comments-heading">
      {data && isLoaded && (
        <LiveChannel
          channel={`post:${data.postId}`}
          since={data.comments.latestChange ?? data.postId}
          onEvent={onEvent}
          onTruncated={catchUpNow}
        />
      )}
      <h2 id="comments-heading" className={styles.heading}>
        {count === undefined ? 'Comments' : counted(count, 'comment', 'comments')}
      </h2>
      {isCutOff && isLoaded && (
        <Message
          title="New comments do not appear by themselves"
          action={
            <Button
              small
              aria-disabled={loading !== 'nothing'}
              onClick={() => {
                catchUpNow();
                void data?.post.refresh(0);
              }}
            >
              Load new comments
            </Button>
          }
        >
          This page can not open a connection for live updates. Everything else works.
        </Message>
      )}
      {failure?.of === 'latest' && (
        <Message
          tone="bad"
          title="The comments can not be loaded"
          action={<Button onClick={() => void comments?.loadLatest()}>Try again</Button>}
        >
          {describeFailure(failure.error, online)}
        </Message>
      )}
      {!isLoaded && !failure && <Skeletons />}
      {isLoaded && overlay.shown.length + overlay.unsent.length === 0 && (
        <p className={styles.soft}>Nobody has commented yet.</p>
      )}
      <CommentList
        {...{ comments, overlay, me, list }}
        count={count ?? 0}
        onNext={() => void showNext()}
      />
      <div ref={end} />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <div className={styles.news}>
        {(unseen.length > 0 || (isFromFirst && !isEndSeen)) && (
          <Button round look="primary" className={styles.pill} onClick={showLatest}>
            {unseen.length > 0
              ? counted(unseen.length, 'new comment', 'new comments')
              : 'Latest comments'}
          </Button>
        )}
      </div>
      {data && isOpen && (
        <div ref={composer} onSubmitCapture={keepPlace}>
          <CommentComposer postId={data.postId} latestChange={() => data.comments.latestChange} />
        </div>
      )}
    </section>
  );
}

const idOf = ({ commentId }: Comment): string => commentId;

function Skeletons() {
  return (
    <div role="status" aria-label="Loading comments" className={styles.list}>
      {SKELETONS.map((key) => (
        <div key={key} className={styles.item}>
          <Skeleton width="short" />
          <Skeleton width="most" />
        </div>
      ))}
    </div>
  );
}
