'use client';

import { useKeeping } from './browser-store.ts';

/**
 * Says that texts are kept only in this tab, when the browser can not store them. Forms for writing
 * show it.
 */
export function StorageNotice() {
  if (useKeeping() === 'browser') return null;
  return (
    <p role="status">
      This browser does not let the page store anything: its storage is full or forbidden. What you
      write is kept until you close this tab, and no longer.
    </p>
  );
}
