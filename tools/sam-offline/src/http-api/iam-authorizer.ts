import type { CredentialStore, Principal } from '../signature/index.ts';
import { SignatureError, verifySignature } from '../signature/index.ts';
import type { GatewayRequest } from './request.ts';

/** Why a signature was not taken, in AWS's words. */
export interface RefusedSignature {
  readonly refusal: string;
}

/**
 * Verifies the Signature Version 4 of a request. Permissions are not looked at: whoever has a key
 * pair of this stack may call.
 *
 * @param service `execute-api` for HTTP APIs, `lambda` for Function URLs
 */
export function authenticate(
  request: GatewayRequest,
  credentials: CredentialStore,
  service: 'execute-api' | 'lambda',
  region: string,
): Principal | RefusedSignature {
  try {
    return verifySignature(
      {
        method: request.method,
        path: request.targetPath,
        query: request.rawQueryString,
        headers: request.headers,
        body: request.body,
      },
      credentials,
      { service, region },
    ).principal;
  } catch (error) {
    if (error instanceof SignatureError) return { refusal: `${error.code}: ${error.message}` };
    throw error;
  }
}
