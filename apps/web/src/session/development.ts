import { DEVELOPMENT_PROJECT_ID, developmentToken } from '@blogapp/api-client/development';
import { SignInError } from './sign-in-error.ts';
import type { IdentityProvider, User } from './user.ts';

/** The most characters of a uid, which is Firebase's own limit. */
const MAX_UID = 128;
/** How long a token is used (ms); it is valid for an hour. */
const TOKEN_USE_MS = 50 * 60 * 1000;

/**
 * The user of a name. The same name always gives the same user.
 *
 * @throws SignInError when the name shows nothing
 */
export function developmentUser(name: string): User {
  const shown = name.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  const uid = shown.toLowerCase().replaceAll(' ', '-').slice(0, MAX_UID).toWellFormed();
  if (uid === '') throw new SignInError('Enter a name.', 'name');
  return { uid, name: shown };
}

/** Makes the tokens of a development stack, which are not signed. */
export function createDevelopmentIdentity(
  { uid, name }: User,
  projectId = DEVELOPMENT_PROJECT_ID,
): IdentityProvider {
  let made: { readonly token: string; readonly at: number } | undefined;
  return {
    token: (_uid, isFresh) => {
      if (made === undefined || isFresh || Math.abs(Date.now() - made.at) > TOKEN_USE_MS) {
        made = { token: developmentToken({ projectId, userId: uid, name }), at: Date.now() };
      }
      return Promise.resolve(made.token);
    },
    signOut: () => Promise.resolve(),
  };
}
