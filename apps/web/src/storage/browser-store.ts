'use client';

import { useSyncExternalStore } from 'react';
import { LocalStore, type Keeping } from './local-store.ts';

/** What this browser keeps for the blog: who is signed in, drafts, writes that are not sent yet. */
export const localStore = new LocalStore(() => window.localStorage);

/** Where drafts and unsent writes are kept. */
export function useKeeping(): Keeping {
  return useSyncExternalStore(
    localStore.onKeepingChange,
    () => localStore.keeping,
    () => 'browser',
  );
}
