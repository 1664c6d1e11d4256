'use client';

import { useKeeping } from './browser-store.ts';

/** Says that what one writes is in this tab only. Shown where somebody writes; nothing otherwise. */
export function StorageNotice() {
  if (useKeeping() === 'browser') return null;
  return (
    <p role="status">
      This browser does not let the page store anything: its storage is full or forbidden. What you
      write is kept until you close this tab, and no longer.
    </p>
  );
}
