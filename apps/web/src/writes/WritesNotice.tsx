'use client';

import Link from 'next/link';
import { usePathname, useSearchParams } from 'next/navigation';
import { useOnline } from '../realtime/index.ts';
import { useSession } from '../session/index.ts';
import { counted } from '../ui/index.ts';
import type { PendingWrite } from './pending-write.ts';
import { useWrites } from './use-writes.ts';
import styles from './Writes.module.css';

/** Says on every page which writes are not sent yet, and which were refused. */
export function WritesNotice() {
  const writes = useWrites();
  const online = useOnline();
  const { status, user } = useSession();
  const own = writes.filter(({ userId }) => userId === user?.uid);
  const waiting = own.filter(({ refusal }) => refusal === undefined);
  const path = usePathname();
  const query = useSearchParams().toString();
  const here = query === '' ? path : `${path}?${query}`;
  // The page of a refused write shows it itself.
  const refused = own.filter((write) => write.refusal !== undefined && placeOf(write) !== here);
  return (
    <div role="status">
      {status === 'signed-out' && writes.length > 0 && (
        <p className={styles.notice}>
          {counted(writes.length, 'change waits', 'changes wait')} on this browser until the author
          signs in again.
        </p>
      )}
      {!online && waiting.length > 0 && (
        <p className={styles.notice}>
          {counted(waiting.length, 'change waits', 'changes wait')} for the network.
        </p>
      )}
      {refused.map((write) => (
        <p key={write.id} className={styles.notice}>
          {NAMES[write.operation.kind]} was refused: {write.refusal?.reason}{' '}
          <Link href={placeOf(write)} prefetch={false}>
            Show it
          </Link>
        </p>
      ))}
    </div>
  );
}

const NAMES = {
  'post.create': 'Your post',
  'post.update': 'Your change of a post',
  'post.delete': 'Deleting a post',
  'comment.create': 'Your comment',
  'comment.update': 'Your change of a comment',
  'comment.delete': 'Deleting a comment',
  favorite: 'Your favorite',
} as const;

/** The path of the page on which the author sees the write and can act on it. */
function placeOf({ operation }: PendingWrite): string {
  if (operation.kind === 'post.create') return '/write/';
  const id = encodeURIComponent(operation.postId);
  return operation.kind === 'post.update' ? `/write/?id=${id}` : `/post/?id=${id}`;
}
