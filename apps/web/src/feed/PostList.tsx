'use client';

import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { describeFailure } from '../api/index.ts';
import { useOnline } from '../realtime/index.ts';
import { useSession } from '../session/index.ts';
import { Button, counted, Message, useWhenNear } from '../ui/index.ts';
import { PostCard, PostCardSkeleton } from './PostCard.tsx';
import type { Feed, FeedState } from '../posts/index.ts';
import styles from './PostList.module.css';

const LOADING: FeedState = {
  posts: [],
  fresh: [],
  freshIsPartial: false,
  loading: 'first',
  hasMore: false,
};
const nothing = (): (() => void) => () => undefined;
/** The keys of as many skeletons as fill a screen. */
const SKELETONS = ['a', 'b', 'c', 'd', 'e'] as const;

interface Props {
  /** Undefined until the configuration is loaded. */
  readonly feed: Feed | undefined;
  /** What is shown when there are no posts. */
  readonly empty: ReactNode;
}

/** An endless list of posts, newest first. A button shows those that others write meanwhile. */
export function PostList({ feed, empty }: Props) {
  const state = useSyncExternalStore(
    feed?.subscribe ?? nothing,
    () => feed?.state ?? LOADING,
    () => LOADING,
  );
  const online = useOnline();
  const me = useSession().user?.uid;
  const top = useRef<HTMLDivElement>(null);
  const { posts, fresh, freshIsPartial, loading, failure, hasMore } = state;

  useEffect(() => {
    if (online) void feed?.start();
  }, [feed, online]);

  // The reader's own post is shown without the button.
  const isOwn = fresh.length > 0 && fresh.every(({ authorId }) => authorId === me);
  useEffect(() => {
    if (isOwn) feed?.showNew();
  }, [feed, isOwn]);

  const retry = (
    <Button
      onClick={() => {
        void (failure?.of === 'more' ? feed?.loadMore() : feed?.start());
      }}
    >
      Try again
    </Button>
  );
  if (posts.length === 0 && fresh.length === 0) {
    if (failure) {
      return (
        <Message tone="bad" title="The posts can not be loaded" action={retry}>
          {describeFailure(failure.error, online)}
        </Message>
      );
    }
    return loading === 'first' || !feed ? <Skeletons /> : empty;
  }
  return (
    <div ref={top}>
      <div className={styles.news} role="status">
        {fresh.length > 0 && (
          <Button
            round
            look="primary"
            className={styles.pill}
            onClick={() => {
              feed?.showNew();
              top.current?.querySelector('a')?.focus({ preventScroll: true });
              window.scrollTo({ top: 0 });
            }}
          >
            {freshIsPartial
              ? `More than ${counted(fresh.length - 1, 'new post', 'new posts')}`
              : counted(fresh.length, 'new post', 'new posts')}
          </Button>
        )}
      </div>
      <ol role="list" className={styles.list}>
        {posts.map((post) => (
          <li key={post.postId} className={styles.item}>
            <PostCard post={post} />
          </li>
        ))}
      </ol>
      <div className={styles.more}>
        {failure?.of === 'more' && (
          <Message tone="bad" title="Older posts can not be loaded" action={retry}>
            {describeFailure(failure.error, online)}
          </Message>
        )}
        {!failure && hasMore && feed && <More feed={feed} loading={loading === 'more'} />}
        {!hasMore && <p>These are all posts.</p>}
      </div>
    </div>
  );
}

/** Loads older posts when the reader comes near the end, and by a button. */
function More({ feed, loading }: { readonly feed: Feed; readonly loading: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  useWhenNear(end, '800px', loading ? undefined : () => void feed.loadMore());
  return (
    <div ref={end}>
      <Button
        aria-disabled={loading}
        onClick={() => {
          void feed.loadMore();
        }}
      >
        {loading ? 'Loading older posts…' : 'Show older posts'}
      </Button>
    </div>
  );
}

function Skeletons() {
  return (
    <div role="status" aria-label="Loading posts" className={styles.list}>
      {SKELETONS.map((key) => (
        <PostCardSkeleton key={key} />
      ))}
    </div>
  );
}
