import { JwtExpiredError } from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { Events } from '../../events/index.ts';
import { readIdentitySource } from '../../gateway/index.ts';
import type { HttpAuthorization } from '../../template/index.ts';
import type { Authorization } from '../authorization.ts';
import { identityReaders } from '../identity-source.ts';
import { createTokenVerifier, type TokenVerifier } from '../jwks.ts';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { scopesOf } from '../jwt-claims.ts';
import type { RestRequest } from './event.ts';
import { REST_ERRORS, type RestError } from './gateway-response.ts';

export type CognitoAuthorization = Extract<HttpAuthorization, { type: 'cognito' }>;

/**
 * Makes the Cognito authorizers of one REST API. If a method has scopes, the token has to be an
 * access token with one of them. Otherwise it has to be an identity token. The keys come from the
 * user pool on AWS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export function createCognitoAuthorizers(events: Events) {
  const verifiers = new Map<string, TokenVerifier>();

  return async (
    restRequest: RestRequest,
    { name, identitySource, issuers, scopes }: CognitoAuthorization,
  ): Promise<Authorization | RestError> => {
    const source = readIdentitySource(identitySource, identityReaders(restRequest));
    if (source === undefined) return REST_ERRORS.unauthorized;
    const token = source.replace(/^Bearer\s+/i, '').trim();
    try {
      const issuer = String(decomposeUnverifiedJwt(token).payload.iss);
      if (!issuers.includes(issuer)) throw new Error(`its issuer is ${issuer}`);
      let verifier = verifiers.get(issuer);
      if (verifier === undefined) {
        verifier = createTokenVerifier(issuer);
        verifiers.set(issuer, verifier);
      }
      const payload = await verifier.verify(token);
      const use = scopes.length > 0 ? 'access' : 'id';
      if (payload.token_use !== use) throw new Error(`it is not an ${use} token`);
      const claimed = scopesOf(payload);
      if (scopes.length > 0 && !scopes.some((scope) => claimed.includes(scope))) {
        throw new Error(`it has none of the scopes ${scopes.join(', ')}`);
      }
      return { type: 'jwt', claims: claimTexts(payload), scopes: null };
    } catch (error) {
      if (error instanceof JwtExpiredError) return REST_ERRORS.expiredToken;
      const why = error instanceof Error ? error.message : String(error);
      events.warn('warn', `${restRequest.routeKey}: 401 by ${name}: the token is refused: ${why}.`);
      return REST_ERRORS.unauthorized;
    }
  };
}

/**
 * Converts claims to the form in events of REST APIs: lists are joined by commas, and two of the
 * times are written as Java writes dates.
 */
function claimTexts(payload: JwtPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if ((name === 'exp' || name === 'iat') && typeof value === 'number') {
        return [name, javaDate(value * 1000)];
      }
      if (Array.isArray(value)) return [name, value.map(String).join(',')];
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

/**
 * Formats a time as Java does: `Thu Oct 25 16:25:23 UTC 2018`.
 * @param ms the time in ms since 1970
 */
function javaDate(ms: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(ms)
    .toUTCString()
    .split(/,? /);
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
