import { createHmac, hash } from 'node:crypto';
import { canonicalRequest } from './canonical-request.ts';
import type { Principal } from './principal.ts';
import type { SignedRequest } from './signed-request.ts';
import { signingKey } from './verify-signature.ts';

/**
 * Signs a request with Signature Version 4, as an AWS service does when it calls another service.
 *
 * @param request the request, with its headers by lower-case name, including `host`
 * @returns the headers and those of the signature
 */
export function signRequest(
  request: Omit<SignedRequest, 'headers' | 'body'> & {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  },
  principal: Principal,
  { service, region }: { readonly service: string; readonly region: string },
): Record<string, string> {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const date = timestamp.slice(0, 8);
  const digest = hash('sha256', request.body);
  const headers = {
    ...request.headers,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': digest,
    ...(principal.sessionToken !== undefined && { 'x-amz-security-token': principal.sessionToken }),
  };
  const signedHeaders = Object.keys(headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .sort()
    .join(';');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const authorization = {
    ...{ accessKeyId: principal.accessKeyId, timestamp, date, region },
    ...{ service, signedHeaders, signature: '' },
  };
  const canonical = canonicalRequest({ ...request, headers }, authorization, digest);
  const signature = createHmac('sha256', signingKey(principal, authorization))
    .update(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonical)}`)
    .digest('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${principal.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}
