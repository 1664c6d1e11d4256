import Link from 'next/link';
import { Time } from '../ui/index.ts';
import { profileLink } from './links.ts';
import styles from './Byline.module.css';

interface Props {
  readonly authorId: string;
  readonly authorName?: string | undefined;
  readonly createdAt: string;
  readonly updatedAt?: string | undefined;
}

/** The author of a post or comment, and its times. */
export function Byline({ authorId, authorName, createdAt, updatedAt }: Props) {
  return (
    <p className={styles.byline}>
      <Link className={styles.author} href={profileLink(authorId)} prefetch={false} dir="auto">
        {authorName ?? 'Somebody'}
      </Link>
      <span>
        <Time of={createdAt} />
        {updatedAt !== undefined && ' (edited)'}
      </span>
    </p>
  );
}
