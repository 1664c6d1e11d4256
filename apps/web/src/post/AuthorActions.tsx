'use client';

import { useState } from 'react';
import { useSession } from '../session/index.ts';
import { Button, ButtonLink, Dialog } from '../ui/index.ts';
import { addWrite, useWrites, WriteState } from '../writes/index.ts';
import styles from './PostPage.module.css';

interface Props {
  readonly postId: string;
  readonly authorId: string;
  /** The entity tag of the version that is shown: only that version is deleted. */
  readonly etag: string;
}

/** The actions of a post's author. It is empty for other readers. */
export function AuthorActions({ postId, authorId, etag }: Props) {
  const { user } = useSession();
  const [isAsking, setIsAsking] = useState(false);
  const write = useWrites().findLast(
    ({ operation, userId }) =>
      userId === user?.uid && operation.kind === 'post.delete' && operation.postId === postId,
  );
  if (user?.uid !== authorId) return null;
  const close = (): void => {
    setIsAsking(false);
  };
  return (
    <div className={styles.buttons}>
      <ButtonLink href={`/write/?id=${encodeURIComponent(postId)}`}>Edit</ButtonLink>
      <Button
        onClick={() => {
          setIsAsking(true);
        }}
      >
        Delete
      </Button>
      {write && <WriteState write={write} doing="Deleting" />}
      {isAsking && (
        <Dialog
          title="Delete this post?"
          onClose={close}
          actions={
            <>
              <Button onClick={close}>Keep it</Button>
              <Button
                look="danger"
                onClick={() => {
                  close();
                  addWrite({ kind: 'post.delete', postId, etag });
                }}
              >
                Delete it
              </Button>
            </>
          }
        >
          <p>It is deleted for everybody, together with its comments, and can not be restored.</p>
        </Dialog>
      )}
    </div>
  );
}
