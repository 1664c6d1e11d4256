import { UnsafeIdentityError } from './errors.ts';

/** Who signed in. */
export interface User {
  /** The Firebase uid, 1 to 128 characters. */
  readonly userId: string;
  /** The display name; absent when it has none that can be shown. */
  readonly name?: string;
}

export interface TokenVerifier {
  /**
   * Checks an ID token, and returns the user that it was issued to.
   *
   * @throws InvalidTokenError
   * @throws KeysUnavailableError
   */
  verify(token: string): Promise<User>;
}

/** Where Google publishes the keys that Firebase ID tokens are signed with, as a JWKS. */
export const GOOGLE_JWKS_URI =
  'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

export interface TokenVerifierOptions {
  /** `FIREBASE_PROJECT_ID`. */
  readonly projectId: string;
  /** `ENVIRONMENT`. */
  readonly environment: string;
  /**
   * `FIREBASE_AUTH_EMULATOR_HOST`: when it is set, the emulator's unsigned tokens are accepted too.
   */
  readonly emulatorHost?: string | undefined;
  /** `FIREBASE_JWKS_URI`, in development only; Google's when it is absent. */
  readonly jwksUri?: string | undefined;
  /** The current time (milliseconds since 1970). */
  readonly now?: () => number;
}

/**
 * Checks Firebase ID tokens, as https://firebase.google.com/docs/auth/admin/verify-id-tokens says.
 * Make one for each execution environment: it keeps the signing keys. The code that checks tokens
 * is loaded with the first token, because most connections are anonymous.
 *
 * @throws UnsafeIdentityError when unsigned tokens, or other keys than Google's, would be accepted
 *   outside of development
 *
 * @example
 *   const verifier = createTokenVerifier({ projectId: 'demo-blogapp', environment: 'production' });
 *   const { userId } = await verifier.verify(token);
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  assertSafe(options);
  let loaded: Promise<TokenVerifier> | undefined;
  return {
    async verify(token) {
      loaded ??= import('./verify/index.ts').then(({ createFirebaseVerifier }) =>
        createFirebaseVerifier(options),
      );
      return (await loaded).verify(token);
    },
  };
}

function assertSafe({ environment, emulatorHost, jwksUri }: TokenVerifierOptions): void {
  if (environment === 'development') return;
  if (emulatorHost !== undefined) {
    throw new UnsafeIdentityError(
      `FIREBASE_AUTH_EMULATOR_HOST is set, and ENVIRONMENT is ${environment}: the emulator’s tokens are not signed, so they are for development only`,
    );
  }
  if (jwksUri !== undefined) {
    throw new UnsafeIdentityError(
      `FIREBASE_JWKS_URI is set, and ENVIRONMENT is ${environment}: whose keys are trusted may be changed in development only`,
    );
  }
}
