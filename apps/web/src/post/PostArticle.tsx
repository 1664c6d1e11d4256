import type { Post } from '@blogapp/shared-types/rest';
import { MarkdownView } from '../markdown/index.ts';
import { Byline } from '../posts/index.ts';
import { Skeleton } from '../ui/index.ts';
import styles from './PostPage.module.css';

/** Shows a post. */
export function PostArticle({ post }: { readonly post: Post }) {
  return (
    <article>
      <header className={styles.head}>
        <h1 className={styles.title} dir="auto">
          {post.title}
        </h1>
        <Byline {...post} />
      </header>
      <MarkdownView text={post.body} />
    </article>
  );
}

/** A placeholder for a post that is being loaded. */
export function PostSkeleton() {
  return (
    <div role="status" aria-label="Loading the post">
      <div className={styles.head}>
        <div className={styles.title}>
          <Skeleton of="title" width="most" />
        </div>
        <Skeleton width="short" />
      </div>
      <div className={styles.lines}>
        <Skeleton width="whole" />
        <Skeleton width="whole" />
        <Skeleton width="most" />
        <Skeleton width="whole" />
        <Skeleton width="half" />
      </div>
    </div>
  );
}
