'use client';

import type { Comment } from '@blogapp/shared-types/rest';
import { useRef, useState } from 'react';
import { useSession } from '../session/index.ts';
import { Button, Dialog } from '../ui/index.ts';
import { addWrite, WriteState, type PendingWrite } from '../writes/index.ts';
import { CommentForm } from './CommentForm.tsx';
import styles from './Compose.module.css';

interface Props {
  readonly comment: Comment;
  /** The comment's last change that the API has not confirmed. */
  readonly write: PendingWrite | undefined;
}

/**
 * The actions of a comment's author, and the state of the last one. It is empty for other readers.
 */
export function CommentActions({ comment, write }: Props) {
  const { user } = useSession();
  const [mode, setMode] = useState<'nothing' | 'editing' | 'deleting'>('nothing');
  const editButton = useRef<HTMLButtonElement>(null);
  if (user?.uid !== comment.authorId) return null;
  const { postId, commentId } = comment;

  const close = (): void => {
    setMode('nothing');
    // The form is removed with the next paint, and the button is shown again.
    requestAnimationFrame(() => editButton.current?.focus());
  };
  if (mode === 'editing') {
    return (
      <CommentForm
        label="Change your comment"
        action="Save"
        initial={comment.body}
        autoFocus
        onSubmit={(body) => {
          if (body !== comment.body) addWrite({ kind: 'comment.update', postId, commentId, body });
          close();
        }}
      >
        <Button onClick={close}>Cancel</Button>
      </CommentForm>
    );
  }
  return (
    <div className={styles.own}>
      {write && (
        <WriteState
          write={write}
          doing={write.operation.kind === 'comment.delete' ? 'Deleting' : 'Saving'}
        />
      )}
      <div className={styles.actions}>
        <Button
          small
          look="quiet"
          ref={editButton}
          onClick={() => {
            setMode('editing');
          }}
        >
          Edit
        </Button>
        <Button
          small
          look="quiet"
          onClick={() => {
            setMode('deleting');
          }}
        >
          Delete
        </Button>
      </div>
      {mode === 'deleting' && (
        <Dialog
          title="Delete this comment?"
          onClose={() => {
            setMode('nothing');
          }}
          actions={
            <>
              <Button
                onClick={() => {
                  setMode('nothing');
                }}
              >
                Keep it
              </Button>
              <Button
                look="danger"
                onClick={() => {
                  focusNeighbour(commentId);
                  addWrite({ kind: 'comment.delete', postId, commentId });
                }}
              >
                Delete it
              </Button>
            </>
          }
        >
          <p>It is deleted for everybody, and can not be restored.</p>
        </Dialog>
      )}
    </div>
  );
}

/** Moves the focus to the comment beside a deleted one, because the focus would be lost with it. */
function focusNeighbour(commentId: string): void {
  const item = document.getElementById(`comment-${commentId}`);
  const neighbour = item?.nextElementSibling ?? item?.previousElementSibling;
  requestAnimationFrame(() => {
    if (neighbour instanceof HTMLElement) neighbour.focus();
  });
}
