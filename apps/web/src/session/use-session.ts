'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { sessionStore } from './browser-session.ts';
import type { SessionProblem } from './refusal.ts';
import type { SessionState } from './session-store.ts';
import type { User } from './user.ts';

/** Who is signed in on this browser. */
export interface Session {
  /** `loading` while a server renders, and until the page has looked. */
  readonly status: 'loading' | 'signed-out' | 'signed-in';
  readonly user?: User;
  /** Why somebody is signed out who did not ask for it. */
  readonly problem?: SessionProblem;
  /** The ID token to send; undefined when nobody is signed in. */
  readonly token: (isRefused?: boolean) => Promise<string | undefined>;
  readonly signOut: () => Promise<void>;
}

const SERVER_STATE: SessionState = { status: 'loading' };

/** Who is signed in; the component renders again when that changes. */
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
