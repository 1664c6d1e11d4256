'use client';

import type { ServerEvent } from '@blogapp/shared-types';
import { useState } from 'react';
import { LiveChannel } from '../realtime/index.ts';
import { Button } from '../ui/index.ts';
import styles from './Frame.module.css';

/** The announcements of the blog's operator to everybody (`POST /broadcast/comments`). */
export function Announcements() {
  const [text, setText] = useState<string>();
  const onEvent = (event: ServerEvent): void => {
    if (event.type === 'announcement' && typeof event.data.text === 'string') {
      setText(event.data.text);
    }
  };
  return (
    <div role="status">
      <LiveChannel channel="all" onEvent={onEvent} />
      {text !== undefined && (
        <div className={styles.announcement}>
          <p dir="auto">{text}</p>
          <Button
            small
            onClick={() => {
              setText(undefined);
            }}
          >
            Dismiss
          </Button>
        </div>
      )}
    </div>
  );
}
