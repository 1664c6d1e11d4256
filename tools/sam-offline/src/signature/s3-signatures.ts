import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseCredential } from './authorization.ts';
import type { CredentialStore, Principal } from './principal.ts';
import { SignatureError } from './signature-error.ts';
import type { RequestHeaders, SignedRequest } from './signed-request.ts';
import { findPrincipal, signingKey } from './verify-signature.ts';

/** Tells whether a URL was presigned with Signature Version 2, which is boto3's default. */
export function isPresignedV2({ query }: Pick<SignedRequest, 'query'>): boolean {
  return query.includes('AWSAccessKeyId=') && query.includes('Signature=');
}

/** Query parameters that are part of the resource, and so of the string that is signed. */
const SIGNED_PARAMETERS = new Set([
  ...['acl', 'cors', 'delete', 'lifecycle', 'location', 'logging', 'notification', 'partNumber'],
  ...['policy', 'requestPayment', 'response-cache-control', 'response-content-disposition'],
  ...['response-content-encoding', 'response-content-language', 'response-content-type'],
  ...['response-expires', 'tagging', 'torrent', 'uploadId', 'uploads', 'versionId', 'versioning'],
  ...['versions', 'website'],
]);

/**
 * Verifies a URL that was presigned with Signature Version 2
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html).
 *
 * @param bucketInHost the bucket of a virtual-hosted-style request
 * @throws SignatureError
 */
export function verifyPresignedV2(
  request: SignedRequest,
  bucketInHost: string | undefined,
  credentials: CredentialStore,
  now = Date.now(),
): { readonly principal: Principal } {
  const parameters = new URLSearchParams(request.query.replaceAll('+', '%2B'));
  const expires = parameters.get('Expires') ?? '';
  const token = parameters.get('x-amz-security-token');
  const principal = findPrincipal(
    {
      accessKeyId: parameters.get('AWSAccessKeyId') ?? '',
      ...(token !== null && { sessionToken: token }),
    },
    credentials,
  );
  if (!(Number(expires) * 1000 >= now)) throw expired();
  const signed = [...parameters]
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const bucket = bucketInHost === undefined ? '' : `/${bucketInHost}`;
  const resource = `${bucket}${request.path}${signed.length > 0 ? `?${signed.join('&')}` : ''}`;
  const text = [
    request.method,
    headerOf(request.headers, 'content-md5'),
    headerOf(request.headers, 'content-type'),
    expires,
    `${amzHeaders(request.headers, token)}${resource}`,
  ].join('\n');
  const expected = createHmac('sha1', principal.secretAccessKey).update(text).digest();
  requireEqual(expected, Buffer.from(parameters.get('Signature') ?? '', 'base64'));
  return { principal };
}

/**
 * Gives the `x-amz-…` headers in the order of their names. A presigned URL has the session token in
 * its query string instead.
 */
function amzHeaders(headers: RequestHeaders, token: string | null): string {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
  const lines = names.map((name) => `${name}:${headerOf(headers, name)}`);
  if (token !== null) lines.push(`x-amz-security-token:${token}`);
  return lines
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

function headerOf(headers: RequestHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : '';
}

/**
 * Verifies the signature of a form of POST Object. It signs the policy in the form
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html).
 *
 * @param fields the form's fields by their lower-case names
 * @throws SignatureError
 */
export function verifyPostForm(
  fields: ReadonlyMap<string, string>,
  credentials: CredentialStore,
): { readonly principal: Principal } {
  const policy = fields.get('policy') ?? '';
  const scope = parseCredential(fields.get('x-amz-credential') ?? '');
  const token = fields.get('x-amz-security-token');
  const accessKeyId = scope?.accessKeyId ?? fields.get('awsaccesskeyid');
  if (accessKeyId === undefined) {
    throw new SignatureError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const principal = findPrincipal(
    { accessKeyId, ...(token !== undefined && { sessionToken: token }) },
    credentials,
  );
  if (scope === undefined) {
    const expected = createHmac('sha1', principal.secretAccessKey).update(policy).digest();
    requireEqual(expected, Buffer.from(fields.get('signature') ?? '', 'base64'));
  } else {
    const expected = createHmac('sha256', signingKey(principal, scope)).update(policy).digest();
    requireEqual(expected, Buffer.from(fields.get('x-amz-signature') ?? '', 'hex'));
  }
  return { principal };
}

function expired(): SignatureError {
  return new SignatureError('InvalidSignatureException', 'Signature expired: Request has expired');
}

function requireEqual(expected: Buffer, given: Buffer): void {
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new SignatureError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}
