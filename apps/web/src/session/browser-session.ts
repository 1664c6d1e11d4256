import { DEVELOPMENT_PROJECT_ID } from '@blogapp/api-client/development';
import { loadConfig, type Config } from '../config/index.ts';
import { localStore } from '../storage/index.ts';
import { SignInError } from './sign-in-error.ts';
import { SessionStore } from './session-store.ts';
import { storedSessionSchema } from './user.ts';
import type { FirebaseIdentity } from './firebase.ts';

function projectIdOf({ firebase }: Config): string {
  return firebase?.projectId ?? DEVELOPMENT_PROJECT_ID;
}

/** The session of this browser. */
export const sessionStore = new SessionStore({
  store: localStore,
  config: loadConfig,
  projectIdOf,
  load: async (provider, config) => {
    if (provider === 'firebase') return firebase(config);
    const { createDevelopmentIdentity } = await import('./development.ts');
    const stored = localStore.read('session', storedSessionSchema);
    const user = { uid: stored?.uid ?? '', name: stored?.name ?? '' };
    return createDevelopmentIdentity(user, projectIdOf(config));
  },
});

if (typeof window !== 'undefined') sessionStore.start();

async function firebase(config: Config): Promise<FirebaseIdentity> {
  if (config.firebase === undefined) {
    throw new SignInError(
      'This blog has no accounts: its configuration names no Firebase project.',
    );
  }
  const { firebaseIdentity } = await import('./firebase.ts');
  return firebaseIdentity(config.firebase);
}

/**
 * Signs in with a password.
 *
 * @throws SignInError, and what `loadConfig` throws; the functions below throw the same
 */
export async function signIn(email: string, password: string): Promise<void> {
  const identity = await firebase(await loadConfig());
  sessionStore.signedIn('firebase', identity, await identity.signIn(email, password));
}

/** Creates an account with a password, and signs in. */
export async function signUp(name: string, email: string, password: string): Promise<void> {
  const identity = await firebase(await loadConfig());
  sessionStore.signedIn('firebase', identity, await identity.signUp(name, email, password));
}

/**
 * Signs in with a Google account.
 *
 * @param emulatedEmail the account to sign in as, when the emulator is used
 */
export async function signInWithGoogle(emulatedEmail?: string): Promise<void> {
  const identity = await firebase(await loadConfig());
  sessionStore.signedIn('firebase', identity, await identity.signInWithGoogle(emulatedEmail));
}

/** Signs in to a development stack as the user of this name. */
export async function signInForDevelopment(name: string): Promise<void> {
  const { createDevelopmentIdentity, developmentUser } = await import('./development.ts');
  const user = developmentUser(name);
  const identity = createDevelopmentIdentity(user, projectIdOf(await loadConfig()));
  sessionStore.signedIn('development', identity, user);
}
