'use client';

import { Message } from '../ui/index.ts';
import { useKeeping } from './browser-store.ts';

/**
 * Says that texts are kept only in this tab, when the browser can not store them. Forms for writing
 * show it.
 */
export function StorageNotice() {
  if (useKeeping() === 'browser') return null;
  return (
    <div role="status">
      <Message title="This browser does not let the page store anything">
        Its storage is full or forbidden. What you write is kept until you close this tab, and no
        longer.
      </Message>
    </div>
  );
}
