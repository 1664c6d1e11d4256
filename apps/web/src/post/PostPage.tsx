'use client';

import type { ServerEvent } from '@blogapp/shared-types';
import type { Post } from '@blogapp/shared-types/rest';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { describeFailure, isNotFound, useResource } from '../api/index.ts';
import { CommentsSection } from '../comments/index.ts';
import { useConfig } from '../config/index.ts';
import { FavoriteButton } from '../favorites/index.ts';
import { loadPost, postData, withCounts, type PostData } from '../posts/index.ts';
import { useOnline, useRealtimeClient } from '../realtime/index.ts';
import { useSession } from '../session/index.ts';
import { Button, ButtonLink, Message } from '../ui/index.ts';
import { useWriteResults } from '../writes/index.ts';
import { AuthorActions } from './AuthorActions.tsx';
import { PostArticle, PostSkeleton } from './PostArticle.tsx';
import { shownVersion } from './shown-version.ts';
import styles from './PostPage.module.css';

/** The page of a post with its comments: `/post/?id=…`. */
export function PostPage() {
  const postId = useSearchParams().get('id') ?? '';
  const config = useConfig();
  if (postId === '') return <NoPost />;
  // Another post gets a new component.
  return <LoadedPost key={postId} data={config && postData(config, postId)} />;
}

function LoadedPost({ data }: { readonly data: PostData | undefined }) {
  const { value, error, loading } = useResource(data?.post);
  const router = useRouter();
  const online = useOnline();
  const me = useSession().user?.uid;
  /** The version that the reader sees. */
  const [kept, setKept] = useState<Post>();
  const [isDeleted, setIsDeleted] = useState(false);
  const latest = value?.post;

  // Both are loaded at the same time. If the reader pointed at a link before, they are loaded
  // already.
  useEffect(() => {
    if (data && online) loadPost(data);
  }, [data, online]);
  useRefreshWhenBack(data);
  useTitle(latest?.title);

  useWriteResults(({ operation }, { post, etag }) => {
    if (operation.kind === 'post.delete' && operation.postId === data?.postId) router.push('/');
    if (post && etag !== undefined && post.postId === data?.postId) data.post.set({ post, etag });
  });

  const onPostEvent = (event: ServerEvent): void => {
    if (event.type === 'post.deleted') setIsDeleted(true);
    if (event.type === 'post.updated') void data?.post.load();
    if (event.type === 'post.stats' && value) {
      const post = withCounts(value.post, event.data);
      if (post !== value.post) data?.post.set({ ...value, post });
    }
  };

  if (latest === undefined) {
    if (isNotFound(error)) return <NoPost />;
    if (error !== undefined && !loading) {
      return (
        <Message
          tone="bad"
          isPage
          title="The post can not be loaded"
          action={
            <Button
              onClick={() => {
                if (data) loadPost(data);
              }}
            >
              Try again
            </Button>
          }
        >
          {describeFailure(error, online)}
        </Message>
      );
    }
    return <PostSkeleton />;
  }
  const { held, shown, isChanged } = shownVersion(kept, latest, latest.authorId === me);
  if (held !== kept) setKept(held);
  const isGone = isDeleted || isNotFound(error);
  return (
    <>
      <div className={isGone || isChanged ? styles.notice : undefined} role="status">
        {isGone && (
          <Message title="The author has deleted this post">
            You can read it until you leave this page.
          </Message>
        )}
        {!isGone && isChanged && (
          <Message
            title="The author has changed this post"
            action={
              <Button
                small
                onClick={() => {
                  setKept(latest);
                }}
              >
                Show the new version
              </Button>
            }
          >
            You are reading the earlier version.
          </Message>
        )}
      </div>
      <PostArticle post={shown} />
      {!isGone && (
        <div className={styles.actions}>
          <FavoriteButton
            postId={latest.postId}
            favoriteCount={latest.favoriteCount}
            countsVersion={latest.countsVersion}
          />
          <AuthorActions
            postId={latest.postId}
            authorId={latest.authorId}
            etag={value?.etag ?? ''}
          />
        </div>
      )}
      <CommentsSection
        data={data}
        count={latest.commentCount}
        onPostEvent={onPostEvent}
        isOpen={!isGone}
      />
    </>
  );
}

/**
 * Reads the post again when the connection is back, because events of the post itself are not
 * replayed.
 */
function useRefreshWhenBack(data: PostData | undefined): void {
  const client = useRealtimeClient();
  useEffect(() => {
    if (!client || !data) return undefined;
    let { status } = client.state;
    return client.onStateChange(() => {
      const before = status;
      status = client.state.status;
      if (status === 'open' && before !== 'connecting') void data.post.refresh(0);
    });
  }, [client, data]);
}

function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · blogapp`;
  }, [title]);
}

function NoPost() {
  return (
    <Message
      isPage
      title="There is no such post"
      action={
        <ButtonLink look="primary" href="/">
          Show the newest posts
        </ButtonLink>
      }
    >
      Its author may have deleted it, or the address is not complete.
    </Message>
  );
}
