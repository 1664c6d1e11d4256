'use client';

import { useEffect } from 'react';
import { useConfig } from '../config/index.ts';
import { ButtonLink, Message, VisuallyHidden } from '../ui/index.ts';
import { newestPosts } from '../posts/index.ts';
import { PostList } from './PostList.tsx';

/** How often the feed requests new posts while it is visible (ms). There is no event for them. */
const LOOK_EVERY_MS = 60_000;

/** The page with everybody's posts. */
export function FeedPage() {
  const config = useConfig();
  const feed = config && newestPosts(config);
  useEffect(() => {
    if (!feed) return undefined;
    const look = (): void => {
      if (document.visibilityState === 'visible' && navigator.onLine) void feed.lookForNew();
    };
    // The list may be from an earlier visit.
    void feed.lookForNew('drop-deleted');
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
    };
  }, [feed]);
  return (
    <>
      <h1>
        <VisuallyHidden>Newest posts</VisuallyHidden>
      </h1>
      <PostList
        feed={feed}
        empty={
          <Message
            title="There are no posts yet"
            action={
              <ButtonLink look="primary" href="/write/">
                Write the first post
              </ButtonLink>
            }
          >
            What people write appears here, the newest first.
          </Message>
        }
      />
    </>
  );
}
