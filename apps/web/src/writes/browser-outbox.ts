'use client';

import { sessionStore } from '../session/index.ts';
import { localStore } from '../storage/index.ts';
import { showNotice } from '../waiting/index.ts';
import { apiOfSession } from './api-of-session.ts';
import { Outbox } from './outbox.ts';
import { forgetPublishedDraft } from './published-drafts.ts';
import { sendWrite } from './send.ts';

const LOCK = 'blogapp-outbox';

let made: Outbox | undefined;

/**
 * The outbox of this page. It is made at its first use in a browser, which also sends waiting
 * writes.
 */
export function browserOutbox(): Outbox {
  if (made !== undefined) return made;
  const outbox = new Outbox({
    store: localStore,
    send: async (write) => sendWrite(await apiOfSession(), write),
    userId: () => sessionStore.state.user?.uid,
    isOnline: () => navigator.onLine,
    exclusively,
    schedule: (action, afterMs) => {
      const timer = setTimeout(action, afterMs);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  made = outbox;
  outbox.onResult(forgetPublishedDraft);
  outbox.onChange(showNotice);
  const flush = (): void => void outbox.flush();
  window.addEventListener('online', flush);
  sessionStore.onChange(flush);
  flush();
  return outbox;
}

/**
 * Runs an action while no other tab runs one. Without Web Locks, two tabs may send the same write;
 * the key makes that harmless.
 */
async function exclusively(action: () => Promise<void>): Promise<void> {
  // It is absent when the page is not served over HTTPS, although the types say otherwise.
  const locks = navigator.locks as LockManager | null | undefined;
  await (locks ? locks.request(LOCK, action) : action());
}
