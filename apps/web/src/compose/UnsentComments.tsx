'use client';

import { useState } from 'react';
import { useSession } from '../session/index.ts';
import { Button } from '../ui/index.ts';
import { addWrite, discardWrite, WriteState, type NewComment } from '../writes/index.ts';
import { CommentForm } from './CommentForm.tsx';
import styles from './Compose.module.css';

/** Comments that the API does not have yet, styled like those of the list. */
export function UnsentComments({ unsent }: { readonly unsent: readonly NewComment[] }) {
  return unsent.map((comment) => <UnsentComment key={comment.write.id} {...comment} />);
}

function UnsentComment({ write, body }: NewComment) {
  const { user } = useSession();
  const [isEditing, setIsEditing] = useState(false);
  const { operation } = write;
  if (isEditing && operation.kind === 'comment.create') {
    return (
      <li className={styles.unsent}>
        <CommentForm
          label="Change your comment"
          action="Send"
          initial={body}
          autoFocus
          onSubmit={(changed) => {
            discardWrite(write.id);
            addWrite({ ...operation, body: changed });
          }}
        />
      </li>
    );
  }
  return (
    <li className={styles.unsent}>
      <p className={styles.author} dir="auto">
        {user?.name}
      </p>
      <p className={styles.body} dir="auto">
        {body}
      </p>
      <WriteState write={write} doing="Sending">
        <Button
          small
          onClick={() => {
            setIsEditing(true);
          }}
        >
          Edit
        </Button>
      </WriteState>
    </li>
  );
}
