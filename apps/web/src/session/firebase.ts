/**
 * Firebase's SDK. This file is loaded when somebody signs in, or when a token of a Firebase session
 * is needed: import it with `import()` only.
 */
import { initializeApp } from '@firebase/app';
import {
  browserLocalPersistence,
  browserPopupRedirectResolver,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  GoogleAuthProvider,
  indexedDBLocalPersistence,
  initializeAuth,
  inMemoryPersistence,
  signInWithCredential,
  signInWithEmailAndPassword,
  signInWithPopup,
  updateProfile,
  type Auth,
  type User as FirebaseUser,
} from '@firebase/auth';
import type { Config } from '../config/index.ts';
import { signInErrorOf } from './firebase-errors.ts';
import type { IdentityProvider, User } from './user.ts';

export type FirebaseConfig = NonNullable<Config['firebase']>;

export interface FirebaseIdentity extends IdentityProvider {
  /** Signs in with a password. @throws SignInError */ signIn(
    email: string,
    password: string,
  ): Promise<User>;
  /** Creates an account and signs in. @throws SignInError */
  signUp(name: string, email: string, password: string): Promise<User>;
  /**
   * Signs in with a Google account: in Google's window, or, with the emulator and without Google's
   * scripts, as the account with this address.
   *
   * @throws SignInError
   */
  signInWithGoogle(emulatedEmail?: string): Promise<User>;
}

/** Errors of the SDK after which nobody is signed in any more. */
const ENDED = new Set([
  'auth/invalid-user-token',
  'auth/null-user',
  'auth/user-disabled',
  'auth/user-not-found',
  'auth/user-token-expired',
]);

/**
 * How long to wait for the sign-in of another tab (ms): the SDK checks a few times in this time.
 */
const OTHER_TAB_MS = 3_000;

let made: FirebaseIdentity | undefined;

/** The SDK, set up for the project in the configuration. Make it once for each page. */
export function firebaseIdentity(config: FirebaseConfig): FirebaseIdentity {
  made ??= createFirebaseIdentity(config);
  return made;
}

function createFirebaseIdentity({ emulatorUrl, ...options }: FirebaseConfig): FirebaseIdentity {
  const auth = initializeAuth(initializeApp(options), {
    // The SDK uses the first one that the browser allows.
    persistence: [indexedDBLocalPersistence, browserLocalPersistence, inMemoryPersistence],
  });
  if (emulatorUrl !== undefined) connectAuthEmulator(auth, emulatorUrl, { disableWarnings: true });

  const signedIn = async (attempt: () => Promise<FirebaseUser>): Promise<User> => {
    try {
      return userOf(await attempt());
    } catch (error) {
      throw signInErrorOf(error);
    }
  };

  return {
    async token(uid, isFresh) {
      const user = await userWithId(auth, uid);
      try {
        return await user?.getIdToken(isFresh);
      } catch (error) {
        const code = codeOf(error);
        if (code !== undefined && ENDED.has(code)) return undefined;
        // This is the error that `fetch` throws, so that callers handle only one kind of failure.
        if (code === 'auth/network-request-failed')
          throw new TypeError('no network', { cause: error });
        throw error;
      }
    },
    signOut: () => auth.signOut(),
    signIn: (email, password) =>
      signedIn(async () => (await signInWithEmailAndPassword(auth, email, password)).user),
    signUp: (name, email, password) =>
      signedIn(async () => {
        const { user } = await createUserWithEmailAndPassword(auth, email, password);
        await updateProfile(user, { displayName: name });
        // Only new tokens have the name, so a new one is requested.
        await user.getIdToken(true);
        return user;
      }),
    signInWithGoogle: (emulatedEmail) =>
      signedIn(async () => (await googleAccount(auth, emulatedEmail)).user),
  };
}

/**
 * The SDK's user with this id. After a sign-in in another tab, the SDK of this tab notices it a
 * moment later: it reads the browser's storage every 0.8 s.
 */
async function userWithId(auth: Auth, uid: string): Promise<FirebaseUser | undefined> {
  await auth.authStateReady();
  if (auth.currentUser?.uid === uid) return auth.currentUser;
  return new Promise((done) => {
    const settle = (user: FirebaseUser | undefined): void => {
      clearTimeout(timer);
      stop();
      done(user);
    };
    const timer = setTimeout(settle, OTHER_TAB_MS, undefined);
    const stop = auth.onAuthStateChanged((user) => {
      // It is first called with the current user, but never before `stop` is set.
      if (user?.uid === uid) settle(user);
    });
  });
}

function googleAccount(auth: Auth, emulatedEmail: string | undefined) {
  if (emulatedEmail === undefined) {
    return signInWithPopup(auth, new GoogleAuthProvider(), browserPopupRedirectResolver);
  }
  // The emulator accepts a token in plain JSON:
  // https://firebase.google.com/docs/emulator-suite/connect_auth#manual_third-party
  const [name = emulatedEmail] = emulatedEmail.split('@');
  const claims = { sub: emulatedEmail, email: emulatedEmail, email_verified: true, name };
  return signInWithCredential(auth, GoogleAuthProvider.credential(JSON.stringify(claims)));
}

function userOf({ uid, displayName, email }: FirebaseUser): User {
  const name = displayName ?? email?.split('@')[0] ?? 'Somebody';
  return { uid, name, ...(email !== null && { email }) };
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
