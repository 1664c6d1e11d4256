'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { readingClient } from '../api/index.ts';
import { useConfig } from '../config/index.ts';
import { PostList } from '../feed/index.ts';
import { createFeed, type Feed } from '../posts/index.ts';
import { useSession } from '../session/index.ts';
import { signInLink } from '../sign-in/index.ts';
import { Button, ButtonLink, Message, VisuallyHidden } from '../ui/index.ts';
import { apiOfSession } from '../writes/index.ts';
import styles from './Profile.module.css';

/** The page of a user's posts, and of the reader's own favorites: `/profile/?user=…`. */
export function ProfilePage() {
  const userId = useSearchParams().get('user') ?? '';
  if (userId === '') {
    return (
      <div className={styles.profile}>
        <h1 className={styles.heading}>Profile</h1>
        <Message
          title="There is no such user"
          action={
            <ButtonLink look="primary" href="/">
              Show the newest posts
            </ButtonLink>
          }
        >
          The address is not complete.
        </Message>
      </div>
    );
  }
  return <Profile key={userId} userId={userId} />;
}

function Profile({ userId }: { readonly userId: string }) {
  const config = useConfig();
  const { user, problem, signOut } = useSession();
  const [shows, setShows] = useState<'posts' | 'favorites'>('posts');
  const isOwn = user?.uid === userId;
  const posts = useMemo(
    () =>
      config &&
      createFeed((page) => readingClient(config).posts.list({ ...page, authorId: userId })),
    [config, userId],
  );
  // The API shows users only their own favorites.
  const favorites = useMemo(() => (isOwn ? favoritesOfSession() : undefined), [isOwn]);
  const name = useAuthorName(posts);
  const tab = (value: 'posts' | 'favorites', label: string) => (
    <Button
      look="quiet"
      aria-pressed={shows === value}
      onClick={() => {
        setShows(value);
      }}
    >
      {label}
    </Button>
  );
  const showsFavorites = isOwn && shows === 'favorites';
  const heading = showsFavorites ? 'Favorites' : 'Posts';
  return (
    <div className={styles.profile}>
      {problem && (
        <Message
          tone="bad"
          title={problem.message}
          action={
            <ButtonLink
              look="primary"
              href={signInLink(`/profile/?user=${encodeURIComponent(userId)}`)}
            >
              Sign in
            </ButtonLink>
          }
        >
          Your favorites are shown when you are signed in again.
        </Message>
      )}
      <header className={styles.head}>
        <h1 className={styles.name} dir="auto">
          {(isOwn ? user.name : name) ?? 'Somebody'}
        </h1>
        {isOwn && (
          <Button
            small
            onClick={() => {
              void signOut();
            }}
          >
            Sign out
          </Button>
        )}
      </header>
      {isOwn && (
        <div className={styles.tabs} role="group" aria-label="What to show">
          {tab('posts', 'Posts')}
          {tab('favorites', 'Favorites')}
        </div>
      )}
      {/* The pressed button says it already. */}
      <h2 className={styles.heading}>
        {isOwn ? <VisuallyHidden>{heading}</VisuallyHidden> : heading}
      </h2>
      {showsFavorites ? (
        <PostList
          key="favorites"
          feed={favorites}
          empty={
            <Message title="You have no favorites yet">
              Use the heart below a post to add it.
            </Message>
          }
        />
      ) : (
        <PostList
          key="posts"
          feed={posts}
          empty={
            isOwn ? (
              <NoOwnPosts />
            ) : (
              <Message title="No posts yet">What this person writes appears here.</Message>
            )
          }
        />
      )}
    </div>
  );
}

function NoOwnPosts() {
  return (
    <Message
      title="You have no posts yet"
      action={
        <ButtonLink look="primary" href="/write/">
          Write a post
        </ButtonLink>
      }
    >
      What you write appears here.
    </Message>
  );
}

/** The favorites of the signed-in user, without deleted posts. */
function favoritesOfSession(): Feed {
  return createFeed(async (page) => {
    const { items, nextCursor } = await (await apiOfSession()).favorites.list(page);
    return { items: items.map(({ post }) => post), ...(nextCursor && { nextCursor }) };
  });
}

const nothing = (): (() => void) => () => undefined;

/** The name of a user in their latest post, because the API has no route for users. */
function useAuthorName(feed: Feed | undefined): string | undefined {
  const read = (): string | undefined => feed?.state.posts[0]?.authorName;
  return useSyncExternalStore(feed?.subscribe ?? nothing, read, () => undefined);
}
