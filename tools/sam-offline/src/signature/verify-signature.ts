import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readAuthorization } from './authorization.ts';
import type { Authorization } from './authorization.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { CredentialStore, Principal } from './principal.ts';
import { SignatureError } from './signature-error.ts';
import type { SignedRequest } from './signed-request.ts';

/** Restricts which signatures are accepted. */
export interface VerifyOptions {
  /** The current time in ms since 1970; by default the machine's clock. */
  readonly now?: number;
  /** The only service that the scope may name; any if absent. */
  readonly service?: string;
  /** The only region that the scope may name; any if absent. */
  readonly region?: string;
}

export interface VerifiedSignature {
  readonly principal: Principal;
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
}

/**
 * How much a signer's clock may differ, in ms. AWS says: "Signature expired: … is now earlier than
 * … (… - 5 min.)".
 */
const MAXIMUM_SKEW_MS = 5 * 60_000;
/**
 * The value of `x-amz-content-sha256` for an unsigned body. S3 accepts it, and operations of other
 * services that have the trait `aws.auth#unsignedPayload`: "Most requests sent to AWS services
 * require that the payload of the request is signed"
 * (https://smithy.io/2.0/aws/aws-auth.html#aws-auth-unsignedpayload-trait). Neither execute-api nor
 * another service that is emulated here has such an operation. They ignore this value, and the
 * signature then does not match (https://github.com/aws/aws-sdk-js-v3/issues/308).
 */
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
/**
 * S3 accepts a body in chunks. Each chunk has its own signature, or a checksum follows the last one
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html). Only the signature of the
 * request is verified here.
 */
const STREAMED_PAYLOAD = /^STREAMING-(?:UNSIGNED-PAYLOAD|AWS4-HMAC-SHA256-PAYLOAD)(?:-TRAILER)?$/;

/**
 * Verifies a Signature Version 4 in the `Authorization` header or in a presigned query.
 *
 * @throws SignatureError with AWS's exception name and text if AWS would reject the signature
 */
export function verifySignature(
  request: SignedRequest,
  credentials: CredentialStore,
  options: VerifyOptions = {},
): VerifiedSignature {
  const authorization = readAuthorization(request.headers, request.query);
  checkScope(authorization, options);
  const principal = findPrincipal(authorization, credentials);
  checkTime(authorization, options.now ?? Date.now());

  const hashed =
    authorization.service === 's3' ? s3PayloadHash(request, authorization) : payloadHash(request);
  const canonical = canonicalRequest(request, authorization, hashed);
  const { timestamp, date, region, service, accessKeyId } = authorization;
  const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${date}/${region}/${service}/aws4_request\n${hash('sha256', canonical)}`;
  const expected = createHmac('sha256', signingKey(principal, authorization))
    .update(stringToSign)
    .digest();
  const given = Buffer.from(authorization.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new SignatureError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n' +
        `The Canonical String for this request should have been\n'${canonical}'\n\n` +
        `The String-to-Sign should have been\n'${stringToSign}'\n`,
    );
  }
  return { principal, service, region, accessKeyId };
}

function checkScope(authorization: Authorization, options: VerifyOptions): void {
  const { service, region, date, timestamp, signedHeaders } = authorization;
  let problems = '';
  if (options.region !== undefined && region !== options.region) {
    problems += `Credential should be scoped to a valid region, not '${region}'. `;
  }
  if (options.service !== undefined && service !== options.service) {
    problems += `Credential should be scoped to correct service: '${options.service}'. `;
  }
  if (!timestamp.startsWith(date)) {
    problems += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'. `;
  }
  if (!/(?:^|;)host(?:;|$)/.test(signedHeaders)) {
    problems += "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization. ";
  }
  if (problems !== '') throw new SignatureError('InvalidSignatureException', problems.trimEnd());
}

/**
 * Finds who signed a request.
 * @throws SignatureError if the access key id is unknown, or the session token does not belong to
 * it
 */
export function findPrincipal(
  authorization: Pick<Authorization, 'accessKeyId' | 'sessionToken'>,
  credentials: CredentialStore,
): Principal {
  const principal = credentials.find(authorization.accessKeyId);
  if (principal === undefined || principal.sessionToken !== authorization.sessionToken) {
    throw new SignatureError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  return principal;
}

function checkTime(authorization: Authorization, now: number): void {
  const { timestamp, expiresSeconds } = authorization;
  const signedAt = timestampMs(timestamp);
  const lifeMs = expiresSeconds === undefined ? MAXIMUM_SKEW_MS : expiresSeconds * 1000;
  if (signedAt + lifeMs < now) {
    const allowance = expiresSeconds === undefined ? '5 min.' : `${expiresSeconds} sec.`;
    throw new SignatureError(
      'InvalidSignatureException',
      `Signature expired: ${timestamp} is now earlier than ${formatTimestamp(now - lifeMs)} (${formatTimestamp(now)} - ${allowance})`,
    );
  }
  // With `!(a <= b)`, an invalid date (`20269999T999999Z`, NaN) is rejected too.
  if (!(signedAt <= now + MAXIMUM_SKEW_MS)) {
    throw new SignatureError(
      'InvalidSignatureException',
      `Signature not yet current: ${timestamp} is still later than ${formatTimestamp(now + MAXIMUM_SKEW_MS)} (${formatTimestamp(now)} + 5 min.)`,
    );
  }
}

/**
 * Requests of the same second have the same timestamp, so the last parsed timestamp is often needed
 * again.
 */
let lastTimestamp = '';
let lastTimestampMs = Number.NaN;

function timestampMs(timestamp: string): number {
  if (timestamp !== lastTimestamp) {
    lastTimestamp = timestamp;
    lastTimestampMs = Date.parse(
      timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
    );
  }
  return lastTimestampMs;
}

function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}

/**
 * Gives the payload hash that the signer used. A digest in `x-amz-content-sha256` must be the
 * body's digest, because a signature of another digest does not protect the body.
 *
 * @throws SignatureError `InvalidSignatureException` if the header's digest is not the body's
 */
function payloadHash(request: SignedRequest): string {
  const declared = request.headers['x-amz-content-sha256'];
  const actual = 'sha256' in request.body ? request.body.sha256 : hash('sha256', request.body);
  if (declared === UNSIGNED_PAYLOAD) return actual;
  if (typeof declared === 'string' && declared.toLowerCase() !== actual) {
    throw new SignatureError(
      'InvalidSignatureException',
      "The value passed in as x-amz-content-sha256 does not match the payload's SHA-256.",
    );
  }
  return typeof declared === 'string' ? declared : actual;
}

/**
 * The same for S3, where a body may be unsigned. The body of a presigned URL is unsigned unless
 * `x-amz-content-sha256` has a hash.
 */
function s3PayloadHash(request: SignedRequest, { expiresSeconds }: Authorization): string {
  const declared = request.headers['x-amz-content-sha256'];
  if (typeof declared !== 'string') {
    return expiresSeconds === undefined ? payloadHash(request) : UNSIGNED_PAYLOAD;
  }
  return declared === UNSIGNED_PAYLOAD || STREAMED_PAYLOAD.test(declared)
    ? declared
    : payloadHash(request);
}

/**
 * The derived keys by principal and scope. Clients choose the scope, so the number of kept keys is
 * limited.
 */
const signingKeys = new WeakMap<Principal, Map<string, KeyObject>>();
const MAXIMUM_KEYS_PER_PRINCIPAL = 64;

/**
 * Derives the signing key of a scope. The signer in `libs/broadcast` has its own code for this:
 * sam-offline shares no code with the applications that it runs, so that a mistake in one of them
 * is found by the other.
 */
export function signingKey(
  principal: Principal,
  authorization: Pick<Authorization, 'date' | 'region' | 'service'>,
): KeyObject {
  const { date, region, service } = authorization;
  let keys = signingKeys.get(principal);
  if (keys === undefined) {
    keys = new Map();
    signingKeys.set(principal, keys);
  }
  const scope = `${date}/${region}/${service}`;
  let key = keys.get(scope);
  if (key === undefined) {
    const dateKey = hmac(`AWS4${principal.secretAccessKey}`, date);
    key = createSecretKey(hmac(hmac(hmac(dateKey, region), service), 'aws4_request'));
    if (keys.size >= MAXIMUM_KEYS_PER_PRINCIPAL) keys.clear();
    keys.set(scope, key);
  }
  return key;
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
