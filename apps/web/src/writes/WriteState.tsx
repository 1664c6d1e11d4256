'use client';

import type { ReactNode } from 'react';
import { useOnline } from '../realtime/index.ts';
import { useSession } from '../session/index.ts';
import { Button } from '../ui/index.ts';
import type { PendingWrite } from './pending-write.ts';
import { discardWrite, retryWrite } from './use-writes.ts';
import styles from './Writes.module.css';

interface Props {
  readonly write: PendingWrite;
  /** What is being done, for example "Sending". */
  readonly doing: string;
  /** Further buttons for a refused write. */
  readonly children?: ReactNode;
}

/** The state of a write: it is being sent, it waits, or it was refused, with the reason. */
export function WriteState({ write, doing, children }: Props) {
  const online = useOnline();
  const { user } = useSession();
  if (write.refusal === undefined) {
    return (
      <p className={styles.state} role="status">
        {user === undefined && `${doing} when you are signed in again.`}
        {user !== undefined && (online ? `${doing}…` : `${doing} when the network is back.`)}
      </p>
    );
  }
  return (
    <div className={styles.refused} role="alert">
      <p>{write.refusal.reason}</p>
      <div className={styles.actions}>
        <Button
          small
          onClick={() => {
            retryWrite(write.id);
          }}
        >
          Try again
        </Button>
        {children}
        <Button
          small
          look="quiet"
          onClick={() => {
            discardWrite(write.id);
          }}
        >
          Discard
        </Button>
      </div>
    </div>
  );
}
