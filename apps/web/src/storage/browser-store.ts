'use client';

import { useSyncExternalStore } from 'react';
import { LocalStore, type Keeping } from './local-store.ts';

/** The store of this browser: who is signed in, drafts, and writes that are not sent yet. */
export const localStore = new LocalStore(() => window.localStorage);

/** Returns where drafts and unsent writes are kept. */
export function useKeeping(): Keeping {
  return useSyncExternalStore(
    localStore.onKeepingChange,
    () => localStore.keeping,
    () => 'browser',
  );
}
