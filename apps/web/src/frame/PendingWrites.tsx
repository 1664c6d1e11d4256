'use client';

import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { isNoticeNeeded, lookForWrites, onNoticeChange } from '../waiting/index.ts';

const WritesNotice = lazy(async () => ({
  default: (await import('../writes/index.ts')).WritesNotice,
}));

/**
 * Sends what an earlier visit has left, and says what waits. The outbox is loaded only where there is
 * something in it.
 */
export function PendingWrites() {
  const isNeeded = useSyncExternalStore(onNoticeChange, isNoticeNeeded, () => false);
  useEffect(lookForWrites, []);
  if (!isNeeded) return null;
  return (
    <Suspense>
      <WritesNotice />
    </Suspense>
  );
}
