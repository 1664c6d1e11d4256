import type { Bucket } from '../../template/index.ts';
import { type BucketNotifications, type Buckets, type ObjectEvent } from '../../buckets/index.ts';
import {
  type AccessControl,
  authorizeRequest,
  type Refusal,
} from '../../request-authorization/index.ts';
import { NO_ENFORCEMENT } from '../../iam/index.ts';
import {
  isPresignedV2,
  placeOfCall,
  type Principal,
  type SignatureError,
  verifyPostForm,
  verifyPresignedV2,
} from '../../signature/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { isS3Host, readS3Request, s3Input, type S3Request, keysToDelete } from '../s3-call.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { objectEventOf } from './object-events.ts';
import { createOperations, type RunOperation } from './operations.ts';
import { checkPolicy, type PostForm, readPostForm } from './post-form.ts';
import {
  idHeaders,
  newResponseIds,
  type ResponseIds,
  S3Error,
  s3ErrorResponse,
} from './responses.ts';

export interface S3Target {
  readonly buckets: Buckets;
  readonly notifications: BucketNotifications;
  readonly region: string;
  readonly accountId: string;
}

/** Serves requests to S3. It accepts signed requests and requests of browsers. */
export interface S3Endpoint {
  respond(
    call: AwsCall,
  ): Promise<{ readonly response: AwsResponse; readonly principal?: Principal }>;
}

interface Admitted {
  /** The signer; undefined for a request without a signature. */
  readonly principal?: Principal;
  readonly form?: PostForm;
}

/** Makes the endpoint of a stack's buckets. */
export async function createS3Endpoint(target: S3Target, keys: AccessControl): Promise<S3Endpoint> {
  const run = await createOperations(target);
  return {
    async respond(call) {
      const ids = newResponseIds();
      const request = readS3Request(call);
      const definition = definitionOf(target, request);
      const cors = corsHeaders(definition?.cors ?? [], call);
      let admitted: Admitted = {};
      let response: AwsResponse;
      try {
        if (request.operation === 'PreflightRequest')
          return { response: preflight(call, ids, definition) };
        admitted = admitCall(target, keys, call, request);
        response = await serve(run, target, keys, { call, request, admitted, ids });
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        response = s3ErrorResponse(call, ids, error);
      }
      const { principal } = admitted;
      return {
        response: { ...response, headers: { ...response.headers, ...idHeaders(ids), ...cors } },
        ...(principal && { principal }),
      };
    },
  };
}

interface Served {
  readonly call: AwsCall;
  readonly request: S3Request;
  readonly admitted: Admitted;
  readonly ids: ResponseIds;
}

async function serve(
  run: RunOperation,
  target: S3Target,
  keys: AccessControl,
  { call, request, admitted, ids }: Served,
): Promise<AwsResponse> {
  const { buckets, notifications } = target;
  const { bucket = '', operation } = request;
  const objects = buckets.store.buckets.get(bucket);
  // The object of a delete has to be read before it is removed.
  const removed =
    operation === 'DeleteObjects'
      ? keysToDelete(call.body).filter((key) => objects?.has(key))
      : operation === 'DeleteObject' && objects?.has(request.key ?? '') === true
        ? [request.key ?? '']
        : [];
  let response: AwsResponse;
  try {
    response = await run(request, call);
  } catch (error) {
    throw error instanceof S3Error ? hiddenFrom(target, keys, request, admitted, error) : error;
  }
  const { principal, form } = admitted;
  const place = placeOfCall(call.headers, principal);
  const base: Omit<ObjectEvent, 'key' | 'name' | 'reason'> = {
    ...{ bucket, requestId: ids.requestId, hostId: ids.hostId },
    principalId: principalIdOf(principal),
    traceId: place.traceId,
    traceHeader: place.traceId === undefined ? undefined : traceHeaderOf(call, place.traceId),
  };
  const touched = removed.length > 0 ? removed : [form?.key ?? request.key ?? ''];
  for (const key of touched) {
    const event = objectEventOf(operation, key, buckets.store.buckets.get(bucket)?.get(key));
    const isGone = operation === 'DeleteObject' || operation === 'DeleteObjects';
    if (event !== undefined && (!isGone || removed.length > 0)) {
      notifications.notify({ ...base, ...event });
    }
  }
  return response;
}

function traceHeaderOf({ headers }: AwsCall, traceId: string): string {
  const header = headers['x-amzn-trace-id'];
  return typeof header === 'string' ? header : `Root=${traceId}`;
}

/** Makes the id of a principal: `AWS:<id of the role>:<session>`, or `Anonymous`. */
function principalIdOf(principal: Principal | undefined): string {
  if (principal === undefined) return 'Anonymous';
  return `AWS:${principal.accessKeyId.padEnd(21, 'X').slice(0, 21)}:${principal.name}`;
}

/**
 * Replaces the error for a missing key if the caller may not list the bucket. S3 then responds with
 * "403 (access denied)".
 */
function hiddenFrom(
  { region: _region }: S3Target,
  { permissions = NO_ENFORCEMENT }: AccessControl,
  { bucket = '', operation }: S3Request,
  { principal }: Admitted,
  error: S3Error,
): S3Error {
  const isRead = operation === 'GetObject' || operation === 'HeadObject';
  if (error.code !== 'NoSuchKey' || !isRead) return error;
  const needed = { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` };
  const denial =
    principal === undefined
      ? permissions.refuseAnonymous(needed)
      : permissions.refuse(principal, needed);
  return denial === undefined
    ? error
    : new S3Error(
        403,
        'AccessDenied',
        principal === undefined
          ? 'Access Denied'
          : `${denial.message}. The key does not exist, but S3 reports this only to callers that may list the bucket.`,
      );
}

function definitionOf({ buckets }: S3Target, { bucket }: S3Request): Bucket | undefined {
  return bucket === undefined ? undefined : buckets.definitionOf(bucket);
}

/**
 * Checks the signature and the permissions of a request.
 * @throws S3Error if the request is denied
 */
function admitCall(
  target: S3Target,
  keys: AccessControl,
  call: AwsCall,
  request: S3Request,
): Admitted {
  const wanted = (input: Readonly<Record<string, unknown>>) => () => ({
    call: () => ({ service: 's3', operation: request.operation, input }),
  });
  if (request.operation === 'PostObject') {
    const form = readPostForm(call);
    if (form.fields.has('policy')) {
      const nowMs = Date.now();
      const input = { Bucket: request.bucket, Key: form.key };
      const { principal, refusal } = authorizeRequest(
        keys,
        call,
        {},
        wanted(input),
        (credentials) => verifyPostForm(form.fields, credentials),
      );
      if (refusal !== undefined) throw refused(refusal, call);
      checkPolicy(form, request.bucket ?? '', nowMs);
      return { principal, form };
    }
    admitAnonymous(target, keys, request);
    return { form };
  }
  const isV2 = isPresignedV2(call);
  const isSigned =
    call.headers.authorization !== undefined || isV2 || call.query.includes('X-Amz-Signature=');
  if (!isSigned) {
    admitAnonymous(target, keys, request);
    return {};
  }
  const bucketInHost = isS3Host(call.headers.host) ? bucketOfHost(call, request) : undefined;
  const { principal, refusal } = isV2
    ? authorizeRequest(keys, call, {}, wanted(s3Input(call)), (credentials) =>
        verifyPresignedV2(call, bucketInHost, credentials),
      )
    : authorizeRequest(keys, call, {}, wanted(s3Input(call)));
  if (refusal !== undefined) throw refused(refusal, call);
  return { principal };
}

function bucketOfHost({ path }: AwsCall, { bucket, key = '' }: S3Request): string | undefined {
  const inPath = path.replace(/^\//, '').split('/', 1)[0] ?? '';
  return inPath === bucket && !key.startsWith(`${bucket}/`) ? undefined : bucket;
}

/**
 * Checks a request without a signature. A public bucket's policy or ACL may allow it, unless public
 * access is blocked.
 * @throws S3Error if the request is denied
 */
function admitAnonymous(
  target: S3Target,
  { permissions = NO_ENFORCEMENT }: AccessControl,
  request: S3Request,
): void {
  const definition = definitionOf(target, request);
  const { bucket = '', key, operation } = request;
  const isRead = ['GetObject', 'HeadObject'].includes(operation);
  const isList = ['ListObjects', 'ListObjectsV2', 'HeadBucket'].includes(operation);
  const acl = definition?.publicAcl;
  // The ACL of a bucket is about listing it and writing to it. Reading an object depends on the
  // object's own ACL.
  if (acl !== undefined && (isList || (acl === 'read-write' && !isRead))) return;
  if (definition?.allowsPublicPolicy === true) {
    const action = isRead
      ? 'GetObject'
      : isList
        ? 'ListBucket'
        : operation === 'PostObject'
          ? 'PutObject'
          : operation;
    const resource = `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
    if (permissions.refuseAnonymous({ action: `s3:${action}`, resource }) === undefined) return;
  }
  throw new S3Error(403, 'AccessDenied', 'Access Denied');
}

/** Makes the error of a refused request. S3 has its own error codes for signatures. */
function refused({ code, message, principal }: Refusal, call: AwsCall): S3Error {
  if (principal !== undefined) return new S3Error(403, 'AccessDenied', message);
  if (message.startsWith('Signature expired')) {
    return call.query === ''
      ? new S3Error(403, 'RequestTimeTooSkewed', message)
      : new S3Error(403, 'AccessDenied', 'Request has expired');
  }
  switch (code as SignatureError['code']) {
    case 'UnrecognizedClientException':
      return new S3Error(
        403,
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
      );
    case 'MissingAuthenticationTokenException':
      return new S3Error(403, 'AccessDenied', 'Access Denied');
    case 'IncompleteSignatureException':
      return new S3Error(400, 'AuthorizationHeaderMalformed', message);
    default:
      return new S3Error(403, 'SignatureDoesNotMatch', message);
  }
}

function preflight(call: AwsCall, ids: ResponseIds, definition: Bucket | undefined): AwsResponse {
  const headers = preflightHeaders(definition?.cors ?? [], call);
  if (headers !== undefined) {
    return { statusCode: 200, headers: { ...headers, ...idHeaders(ids) }, body: '' };
  }
  const why =
    definition === undefined || definition.cors.length === 0
      ? 'CORSResponse: CORS is not enabled for this bucket.'
      : "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";
  return s3ErrorResponse(call, ids, new S3Error(403, 'AccessForbidden', why));
}
