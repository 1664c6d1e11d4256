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
/** How far the issuer's clock may be ahead of ours (seconds); its tokens are used at once. */
const CLOCK_SKEW_SECONDS = 5;
/** A name is shown beside every comment (characters). */
const MAX_NAME = 100;

/**
 * Checks everything that an ID token says, and gives its user. Not its signature: that comes after,
 * so that a token of another project costs no request for keys.
 *
 * @param nowMs for `iat` and `auth_time`; the library compares `exp` with the clock itself
 * @throws InvalidTokenError
 */
export function userOf(payload: JwtPayload, projectId: string, nowMs: number): User {
  const issuer = `https://securetoken.google.com/${projectId}`;
  try {
    validateJwtFields(payload, { issuer, audience: projectId });
  } catch (error) {
    throw new InvalidTokenError(reasonOf(error));
  }
  // The library takes a list that has the project in it: a token for others too.
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
 * Users choose their names: composed, on one line, and cut. A name with nothing to see, or one that
 * would reorder the text around it, is as good as none.
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
