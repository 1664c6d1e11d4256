import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { DecomposedJwt } from 'aws-jwt-verify/jwt';
import { verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import type { JwkWithKid } from 'aws-jwt-verify/jwk';
import { InvalidTokenError } from '../errors.ts';
import { GOOGLE_JWKS_URI } from '../token-verifier.ts';
import type { TokenVerifier, TokenVerifierOptions } from '../token-verifier.ts';
import { userOf } from './claims.ts';
import { SigningKeys } from './signing-keys.ts';

/** A token with a few custom claims is about 1.2 KB; Firebase allows 1,000 bytes of them. */
const MAX_TOKEN_CHARACTERS = 8_192;

/** See `createTokenVerifier`, which has made sure that the options are safe. */
export function createFirebaseVerifier({
  projectId,
  emulatorHost,
  jwksUri = GOOGLE_JWKS_URI,
  now = Date.now,
}: TokenVerifierOptions): TokenVerifier {
  const signingKeys = new SigningKeys({ uri: jwksUri, now });
  const publicKeys = new WeakMap<JwkWithKid, KeyObject>();

  return {
    async verify(token) {
      const decomposed = decompose(token);
      const { header, payload, signatureB64 } = decomposed;
      // The emulator's tokens: https://firebase.google.com/docs/emulator-suite/connect_auth#id_tokens
      const isUnsigned = header.alg === 'none' && signatureB64 === '';
      if (isUnsigned && emulatorHost === undefined) throw new InvalidTokenError('unsigned');
      if (!isUnsigned && header.alg !== 'RS256') throw new InvalidTokenError('algorithm');
      // The header names extensions that must be understood, and none is supported: RFC 7515,
      // section 4.1.11.
      if (header.crit !== undefined) throw new InvalidTokenError('malformed');
      const user = userOf(payload, projectId, now());
      if (!isUnsigned) await verifySignature(token, signatureB64, header.kid);
      return user;
    },
  };

  async function verifySignature(
    token: string,
    signature: string,
    kid: string | undefined,
  ): Promise<void> {
    if (signature === '') throw new InvalidTokenError('signature');
    if (typeof kid !== 'string' || kid === '') throw new InvalidTokenError('unknown-key');
    const jwk = await signingKeys.get(kid);
    try {
      verifyJwtSync(token, jwk, { issuer: null, audience: null }, () => publicKeyOf(jwk));
    } catch {
      throw new InvalidTokenError('signature');
    }
  }

  /** Making a key object from a JWK costs more than checking a signature with it. */
  function publicKeyOf(jwk: JwkWithKid): KeyObject {
    let key = publicKeys.get(jwk);
    if (key === undefined) {
      key = createPublicKey({ key: jwk, format: 'jwk' });
      publicKeys.set(jwk, key);
    }
    return key;
  }
}

/** The parts of a token; the signature of an unsigned one is empty. */
function decompose(token: string): DecomposedJwt {
  if (token.length > MAX_TOKEN_CHARACTERS) throw new InvalidTokenError('malformed');
  const isUnsigned = token.endsWith('.');
  try {
    // The library refuses a token without a signature, so an unsigned token gets one for parsing.
    const decomposed = decomposeUnverifiedJwt(isUnsigned ? `${token}AA` : token);
    return isUnsigned ? { ...decomposed, signatureB64: '' } : decomposed;
  } catch {
    throw new InvalidTokenError('malformed');
  }
}
