import { readIdentitySource } from '../gateway/index.ts';
import { JwtBaseError, JwtExpiredError } from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { Events } from '../events/index.ts';
import type { HttpAuthorization } from '../template/index.ts';
import type { HttpResponse } from './response.ts';
import { errorResponse } from './response.ts';
import type { Authorization } from './authorization.ts';
import { claimTexts, scopesOf } from './jwt-claims.ts';
import { identityReaders } from './identity-source.ts';
import type { TokenVerifier } from './jwks.ts';
import { createTokenVerifier, IssuerUnavailableError } from './jwks.ts';
import type { ApiRequest } from './request-context.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

type JwtAuthorization = Extract<HttpAuthorization, { type: 'jwt' }>;

/** A token is not valid. The message is the description in `www-authenticate`. */
class InvalidTokenError extends SamOfflineError {
  override readonly name = 'InvalidTokenError';
}

/**
 * Makes the JWT authorizers of one API. They check the signature (only RSA), the issuer, the times,
 * the audience and the scopes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createJwtAuthorizers(events: Events) {
  const verifiers = new Map<string, TokenVerifier>();

  return async (
    apiRequest: ApiRequest,
    authorizer: JwtAuthorization,
  ): Promise<Authorization | HttpResponse> => {
    const source = readIdentitySource(authorizer.identitySource, identityReaders(apiRequest));
    if (source === undefined) return unauthorized('Bearer');
    const token = source.replace(/^Bearer\s+/i, '').trim();
    const scope = `scope="${authorizer.scopes.join(' ')}"`;
    let payload: JwtPayload;
    try {
      payload = await verify(token, authorizer);
    } catch (error) {
      const description = describe(error);
      events.warn('warn', `${apiRequest.routeKey}: 401 by ${authorizer.name}: ${logText(error)}`);
      return unauthorized(
        `Bearer ${scope} error="invalid_token" error_description="${description}"`,
      );
    }
    const scopes = scopesOf(payload);
    if (authorizer.scopes.length > 0 && !authorizer.scopes.some((one) => scopes.includes(one))) {
      events.warn(
        'warn',
        `${apiRequest.routeKey}: 403 by ${authorizer.name}: the token has none of the scopes ${authorizer.scopes.join(', ')}.`,
      );
      return errorResponse(403, 'Forbidden', 'ACCESS_DENIED', [
        [
          'www-authenticate',
          `Bearer ${scope} error="insufficient_scope" error_description="the token does not contain a sufficient scope"`,
        ],
      ]);
    }
    return {
      type: 'jwt',
      claims: claimTexts(payload),
      scopes: authorizer.scopes.length > 0 ? scopes : null,
    };
  };

  async function verify(token: string, { issuer, audience }: JwtAuthorization) {
    const { header } = decomposeUnverifiedJwt(token);
    if (!/^RS(256|384|512)$/.test(header.alg ?? '')) {
      throw new InvalidTokenError('the token is not signed with an RSA algorithm');
    }
    let verifier = verifiers.get(issuer);
    if (verifier === undefined) {
      verifier = createTokenVerifier(issuer);
      verifiers.set(issuer, verifier);
    }
    const payload = await verifier.verify(token);
    // aws-jwt-verify only checks these two claims if the token has them.
    if (typeof payload.exp !== 'number') throw new InvalidTokenError('the token has no expiry');
    if (typeof payload.iat === 'number' && payload.iat * 1000 > Date.now()) {
      throw new InvalidTokenError('the token was issued in the future');
    }
    checkAudience(payload, audience);
    return payload;
  }
}

/** Checks the audience. "API Gateway validates client_id only if aud is not present." */
function checkAudience(payload: JwtPayload, audience: readonly string[]): void {
  const given: unknown = payload.aud ?? payload.client_id;
  const all: unknown[] = Array.isArray(given) ? given : [given];
  if (!all.some((one) => typeof one === 'string' && audience.includes(one))) {
    throw new InvalidTokenError('the token does not have a valid audience');
  }
}

function unauthorized(challenge: string): HttpResponse {
  return errorResponse(401, 'Unauthorized', 'UNAUTHORIZED', [['www-authenticate', challenge]]);
}

function describe(error: unknown): string {
  if (error instanceof InvalidTokenError) return error.message;
  if (error instanceof JwtExpiredError) return 'the token has expired';
  if (error instanceof IssuerUnavailableError) return 'OIDC discovery endpoint communication error';
  if (error instanceof JwtBaseError) return 'the token is not valid';
  throw error;
}

function logText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
