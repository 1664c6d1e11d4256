'use client';

import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { loadPart } from '../ui/index.ts';
import { isNoticeNeeded, lookForWrites, onNoticeChange } from '../waiting/index.ts';

const WritesNotice = lazy(async () => ({
  default: (await loadPart(() => import('../writes/index.ts'))).WritesNotice,
}));

/**
 * Sends writes that are left from an earlier visit, and shows those that wait. The outbox is loaded
 * only when there are writes in it.
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
