import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { request } from 'undici';
import { isRecord } from '../is-record.ts';
import { JWKS_BYTES, JWKS_TIMEOUT_MS } from './limits.ts';
import { SamOfflineError } from '../sam-offline-error.ts';

/** The issuer's discovery document or its keys could not be read. */
export class IssuerUnavailableError extends SamOfflineError {
  override readonly name = 'IssuerUnavailableError';
}

/** Verifies the signature, the issuer and the times of tokens. */
export interface TokenVerifier {
  /**
   * @returns the claims
   * @throws IssuerUnavailableError if the issuer does not respond
   * @throws JwtBaseError (of aws-jwt-verify) if the token is not valid
   */
  verify(token: string): Promise<JwtPayload>;
}

/**
 * Makes a verifier for the tokens of one issuer. The keys come from its
 * `/.well-known/openid-configuration`. They are fetched for the first token and kept. They are
 * fetched again if a token has an unknown key id.
 */
export function createTokenVerifier(issuer: string): TokenVerifier {
  let jwksUri: Promise<string> | undefined;
  let verifier: TokenVerifier | undefined;
  return {
    async verify(token) {
      if (verifier === undefined) {
        jwksUri ??= discover(issuer);
        try {
          const uri = await jwksUri;
          verifier ??= JwtVerifier.create(
            { issuer, audience: null, jwksUri: uri },
            { jwksCache: new SimpleJwksCache({ fetcher: { fetch: download } }) },
          );
        } catch (error) {
          jwksUri = undefined;
          throw error;
        }
      }
      return await verifier.verify(token);
    },
  };
}

async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const bytes = await download(address);
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new IssuerUnavailableError(`${address} is not JSON.`);
  }
  const jwksUri = isRecord(document) ? document.jwks_uri : undefined;
  if (typeof jwksUri !== 'string') throw new IssuerUnavailableError(`${address} has no jwks_uri.`);
  return jwksUri;
}

/**
 * Fetches a document over HTTPS, or over HTTP from this machine. API Gateway's limits for time and
 * size apply.
 */
async function download(address: string): Promise<ArrayBuffer> {
  try {
    const url = new URL(address);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
      throw new Error('an issuer needs HTTPS; only an issuer on this machine may use HTTP');
    }
    const { statusCode, body } = await request(url, {
      signal: AbortSignal.timeout(JWKS_TIMEOUT_MS),
      // The connection is not kept open, because nothing would close it when the server closes.
      reset: true,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > JWKS_BYTES) throw new Error(`it is larger than ${JWKS_BYTES} bytes`);
      chunks.push(chunk);
    }
    if (statusCode !== 200) throw new Error(`its status is ${statusCode}`);
    const all = Buffer.concat(chunks);
    return all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new IssuerUnavailableError(`${address} could not be read: ${reason}.`);
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
