'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { sessionStore } from './browser-session.ts';
import type { SessionProblem } from './refusal.ts';
import type { SessionState } from './session-store.ts';
import type { User } from './user.ts';

/** Who is signed in on this browser. */
export interface Session {
  /** `loading` while a server renders, and until the page has read the browser's storage. */
  readonly status: 'loading' | 'signed-out' | 'signed-in';
  readonly user?: User;
  /** Why the user is signed out without having asked for it. */
  readonly problem?: SessionProblem;
  /** The ID token to send; undefined when nobody is signed in. */
  readonly token: (isRefused?: boolean) => Promise<string | undefined>;
  readonly signOut: () => Promise<void>;
}

const SERVER_STATE: SessionState = { status: 'loading' };

/** Returns who is signed in; the component renders again when it changes. */
export function useSession(): Session {
  const state = useSyncExternalStore(
    sessionStore.onChange,
    () => sessionStore.state,
    () => SERVER_STATE,
  );
  return useMemo(
    () => ({ ...state, token: sessionStore.token, signOut: sessionStore.signOut }),
    [state],
  );
}
