'use client';

import type { PostSummary } from '@blogapp/shared-types/rest';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useConfig } from '../config/index.ts';
import { excerptText, loadPost, postData, postLink, Byline } from '../posts/index.ts';
import { counted, Skeleton } from '../ui/index.ts';
import styles from './PostCard.module.css';

/** A post in a list. When the reader points at it, it is loaded, so that it opens at once. */
export function PostCard({ post }: { readonly post: PostSummary }) {
  const config = useConfig();
  const router = useRouter();
  const href = postLink(post.postId);
  const prefetch = (): void => {
    router.prefetch(href);
    if (config) loadPost(postData(config, post.postId));
  };
  return (
    <article className={styles.card} onPointerEnter={prefetch} onFocus={prefetch}>
      <h2 className={styles.title} dir="auto">
        <Link href={href} prefetch={false}>
          {post.title}
        </Link>
      </h2>
      <Byline {...post} />
      <p className={styles.excerpt} dir="auto">
        {excerptText(post.excerpt)}
      </p>
      <p className={styles.counts}>
        <span>{counted(post.commentCount, 'comment', 'comments')}</span>
        <span>{counted(post.favoriteCount, 'favorite', 'favorites')}</span>
      </p>
    </article>
  );
}

/** A placeholder for a post that is being loaded. */
export function PostCardSkeleton() {
  return (
    <div className={styles.card}>
      <Skeleton of="title" width="most" />
      <Skeleton width="short" />
      <div>
        <Skeleton width="whole" />
        <Skeleton width="whole" />
        <Skeleton width="half" />
      </div>
      <Skeleton width="short" />
    </div>
  );
}
