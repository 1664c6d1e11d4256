import { SignInError, type SignInField } from './sign-in-error.ts';

/**
 * The messages for errors of Firebase's SDK. Wrong passwords and unknown addresses have the same
 * message, so that nobody learns who has an account.
 * https://firebase.google.com/docs/reference/js/auth#autherrorcodes
 */
const MESSAGES: Readonly<Record<string, readonly [message: string, field?: SignInField]>> = {
  'auth/invalid-email': ['This is not an e-mail address.', 'email'],
  'auth/missing-email': ['Enter your e-mail address.', 'email'],
  'auth/missing-password': ['Enter your password.', 'password'],
  'auth/weak-password': ['The password needs at least 6 characters.', 'password'],
  'auth/password-does-not-meet-requirements': [
    'The password does not meet the rules of this blog.',
    'password',
  ],
  'auth/email-already-in-use': ['There is an account with this address. Sign in with it.', 'email'],
  'auth/invalid-credential': ['The address or the password is wrong.', 'password'],
  'auth/wrong-password': ['The address or the password is wrong.', 'password'],
  'auth/user-not-found': ['The address or the password is wrong.', 'password'],
  'auth/user-disabled': ['This account is blocked.'],
  'auth/too-many-requests': ['There were too many attempts. Wait a few minutes, and try again.'],
  'auth/network-request-failed': ['There is no connection. Check your network, and try again.'],
  'auth/popup-closed-by-user': ['The window of Google was closed before you had signed in.'],
  'auth/cancelled-popup-request': ['The window of Google was closed before you had signed in.'],
  'auth/popup-blocked': ['The browser blocked the window of Google. Allow it, and try again.'],
  'auth/account-exists-with-different-credential': [
    'There is an account with this address already. Sign in with its password.',
  ],
  'auth/operation-not-allowed': ['This way of signing in is switched off for this blog.'],
  'auth/internal-error': [
    'Google can not be reached. Sign in with your e-mail address, or try again.',
  ],
};

/**
 * The error with a message for the user.
 *
 * @param error what the SDK threw
 */
export function signInErrorOf(error: unknown): SignInError {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  const known = typeof code === 'string' ? MESSAGES[code] : undefined;
  if (known !== undefined) return new SignInError(known[0], known[1], error);
  const name = typeof code === 'string' ? ` (${code})` : '';
  return new SignInError(`You could not be signed in${name}. Try again.`, undefined, error);
}
