import type { TokenVerifier, User } from '@blogapp/identity';
import { unauthenticated } from './known-errors.ts';

/**
 * Returns the user of the request's ID token.
 *
 * @param header the `Authorization` header
 * @throws ProblemError (401) when there is no bearer token
 * @throws InvalidTokenError, KeysUnavailableError
 */
export async function authenticate(
  verifier: TokenVerifier,
  header: string | undefined,
): Promise<User> {
  const token = /^Bearer +([^\s,]+)$/i.exec(header?.trim() ?? '')?.[1];
  if (token === undefined) {
    throw unauthenticated('Send a Firebase ID token: Authorization: Bearer <token>');
  }
  return verifier.verify(token);
}
