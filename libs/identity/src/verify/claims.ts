import {
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
} from 'aws-jwt-verify/error';
import { validateJwtFields } from 'aws-jwt-verify/jwt';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { directionFault, isInvisible } from '@blogapp/shared-types';
import { InvalidTokenError } from '../errors.ts';
import type { InvalidTokenReason } from '../errors.ts';
import type { User } from '../token-verifier.ts';

/** Firebase's own limit for a uid (characters). */
const MAX_SUBJECT = 128;
/** How far the issuer's clock may be ahead of ours (seconds); a new token is used at once. */
const CLOCK_SKEW_SECONDS = 5;
/** The most characters of a name, which is shown beside every comment. */
const MAX_NAME = 100;

/**
 * Checks the claims of an ID token, and returns its user. The signature is checked afterwards, so
 * that a token of another project causes no request for keys.
 *
 * @param nowMs the time to compare `iat` and `auth_time` with; the library compares `exp` with its
 * own clock
 * @throws InvalidTokenError
 */
export function userOf(payload: JwtPayload, projectId: string, nowMs: number): User {
  const issuer = `https://securetoken.google.com/${projectId}`;
  try {
    validateJwtFields(payload, { issuer, audience: projectId });
  } catch (error) {
    throw new InvalidTokenError(reasonOf(error));
  }
  // The library accepts a list of audiences that contains the project, which would be a token for
  // others too.
  if (payload.aud !== projectId) throw new InvalidTokenError('audience');
  if (typeof payload.exp !== 'number') throw new InvalidTokenError('malformed');
  if (nowMs >= payload.exp * 1000) throw new InvalidTokenError('expired');
  assertPast(payload.iat, nowMs);
  assertPast(payload.auth_time, nowMs);

  const { sub, name } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT || !sub.isWellFormed()) {
    throw new InvalidTokenError('subject');
  }
  const shown = typeof name === 'string' ? shownName(name) : '';
  return { userId: sub, ...(shown !== '' && { name: shown }) };
}

function assertPast(time: unknown, nowMs: number): void {
  if (typeof time !== 'number' || !Number.isFinite(time)) throw new InvalidTokenError('malformed');
  if (time * 1000 > nowMs + CLOCK_SKEW_SECONDS * 1000) throw new InvalidTokenError('not-yet-valid');
}

function reasonOf(error: unknown): InvalidTokenReason {
  if (error instanceof JwtExpiredError) return 'expired';
  if (error instanceof JwtInvalidIssuerError) return 'issuer';
  if (error instanceof JwtInvalidAudienceError) return 'audience';
  return 'not-yet-valid';
}

/**
 * The name as it can be shown: composed (NFC), on one line, and cut. It is empty for a name that
 * shows nothing or would reorder the text around it.
 */
function shownName(name: string): string {
  const oneLine = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  const shown = Array.from(oneLine).slice(0, MAX_NAME).join('');
  return isInvisible(shown) || directionFault(shown) !== undefined ? '' : shown;
}
