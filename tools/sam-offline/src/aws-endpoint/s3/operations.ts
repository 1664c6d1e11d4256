import { hash } from 'node:crypto';
import type { BucketCallError, StoredObject } from '../../buckets/index.ts';
import { importFromFauxqs } from '../../services/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import type { S3Request } from '../s3-call.ts';
import { FauxqsActions } from './fauxqs-actions.ts';
import { checkedTags, MORE_OPERATIONS, type OperationContext } from './more-operations.ts';
import { S3Error } from './responses.ts';

/** Runs an operation. The response does not yet have the headers that all responses have. */
export type RunOperation = (request: S3Request, call: AwsCall) => Promise<AwsResponse>;

type DecodeChunks = (body: Buffer) => {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
};

/**
 * Makes the operations of S3 for fauxqs' store.
 *
 * @returns a function that runs an operation; its promise is rejected with `S3Error` if the
 * operation fails
 */
export async function createOperations(context: OperationContext): Promise<RunOperation> {
  const { store } = context.buckets;
  const actions = new FauxqsActions(store);
  const { decodeAwsChunked } = (await importFromFauxqs('s3/chunkedEncoding.js')) as {
    readonly decodeAwsChunked: DecodeChunks;
  };
  return async (request, given) => {
    const { bucket, key, operation, parameters } = request;
    const more = Object.hasOwn(MORE_OPERATIONS, operation) ? MORE_OPERATIONS[operation] : undefined;
    if (bucket !== undefined && operation !== 'CreateBucket') requireBucket(store, bucket);
    try {
      if (more !== undefined && bucket !== undefined) {
        return { statusCode: 200, ...more(context, { ...request, bucket }, given) };
      }
      if (operation === 'ListBuckets') return listBuckets(context);
      if (!actions.has(operation) || bucket === undefined) {
        throw new S3Error(501, 'NotImplemented', `sam-offline does not emulate S3's ${operation}`);
      }
      const call = decodeBody(given, decodeAwsChunked);
      checkDigest(call);
      if (key !== undefined) checkConditions(call, operation, store.buckets.get(bucket)?.get(key));
      const result = await actions.run(operation, {
        params: { bucket, '*': key ?? '' },
        query: Object.fromEntries(parameters),
        headers: call.headers,
        body: call.body,
      });
      if (key !== undefined) keepMore(context, bucket, key, operation, call);
      const object = key === undefined ? undefined : store.buckets.get(bucket)?.get(key);
      return {
        statusCode: result.statusCode,
        headers: { ...lengthless(result.headers, given), ...objectHeaders(request, object) },
        body: given.method === 'HEAD' ? '' : result.body,
      };
    } catch (error) {
      throw explained(error);
    }
  };
}

/**
 * Removes `Content-Length`, which the endpoint sets from the body. The response to a HEAD has no
 * body, but keeps the length that a GET would have.
 */
function lengthless(headers: Record<string, string>, { method }: AwsCall): Record<string, string> {
  if (method === 'HEAD') return headers;
  const { 'content-length': _counted, ...rest } = headers;
  return rest;
}

function requireBucket(store: OperationContext['buckets']['store'], bucket: string): void {
  if (store.hasBucket(bucket)) return;
  throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
}

function explained(error: unknown): unknown {
  if (error instanceof S3Error || !(error instanceof Error)) return error;
  const { code, statusCode, message } = error as Partial<BucketCallError> & Error;
  return error.name === 'S3Error' && code !== undefined && statusCode !== undefined
    ? new S3Error(statusCode, code, message)
    : error;
}

/** Decodes a chunked body and adds its trailing headers. */
function decodeBody(call: AwsCall, decode: DecodeChunks): AwsCall {
  const sha = call.headers['x-amz-content-sha256'];
  const encoding = call.headers['content-encoding'];
  const isChunked =
    (typeof sha === 'string' && sha.startsWith('STREAMING-')) ||
    encoding?.includes('aws-chunked') === true;
  if (!isChunked) return call;
  const { body, trailers } = decode(call.body);
  const rest = (encoding ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'aws-chunked')
    .join(', ');
  const { 'content-encoding': _chunked, ...headers } = call.headers;
  return {
    ...call,
    body,
    headers: { ...headers, ...trailers, ...(rest !== '' && { 'content-encoding': rest }) },
  };
}

function checkDigest({ headers, body }: AwsCall): void {
  const digest = headers['content-md5'];
  if (typeof digest !== 'string' || hash('md5', body, 'base64') === digest) return;
  throw new S3Error(
    400,
    'BadDigest',
    'The Content-MD5 you specified did not match what we received.',
  );
}

/**
 * Checks the conditions of a write
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
function checkConditions(
  { headers }: AwsCall,
  operation: string,
  existing: StoredObject | undefined,
): void {
  if (!['PutObject', 'CompleteMultipartUpload', 'CopyObject'].includes(operation)) return;
  const ifMatch = headers['if-match'];
  const failed =
    (headers['if-none-match'] === '*' && existing !== undefined) ||
    (ifMatch !== undefined &&
      existing !== undefined &&
      unquoted(ifMatch) !== unquoted(existing.etag));
  if (failed) {
    throw new S3Error(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
    );
  }
  if (ifMatch !== undefined && existing === undefined) {
    throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  }
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

/**
 * Stores what fauxqs does not support: tags and the storage class. A copy has those of its source.
 */
function keepMore(
  { buckets }: OperationContext,
  bucket: string,
  key: string,
  operation: string,
  { headers }: AwsCall,
): void {
  if (operation !== 'PutObject' && operation !== 'CopyObject') return;
  const object = buckets.store.buckets.get(bucket)?.get(key);
  if (object === undefined) return;
  const given = headers['x-amz-tagging'];
  const storageClass = headers['x-amz-storage-class'];
  const source = operation === 'CopyObject' ? sourceOf(buckets, headers) : undefined;
  const tags =
    typeof given === 'string'
      ? checkedTags(Object.fromEntries(new URLSearchParams(given)))
      : source?.tags;
  if (tags === undefined && typeof storageClass !== 'string') return;
  buckets.update(bucket, {
    ...object,
    ...(tags !== undefined && { tags }),
    ...(typeof storageClass === 'string' && { storageClass }),
  });
}

function sourceOf(
  { store }: OperationContext['buckets'],
  headers: AwsCall['headers'],
): StoredObject | undefined {
  const source = decodeURIComponent(String(headers['x-amz-copy-source'])).replace(/^\//, '');
  const slash = source.indexOf('/');
  return store.buckets.get(source.slice(0, slash))?.get(source.slice(slash + 1));
}

/** The query parameters that set headers of the response, mostly in presigned URLs. */
const RESPONSE_HEADERS = [
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-language'],
  ...['content-type', 'expires'],
];

function objectHeaders(
  { operation, parameters }: S3Request,
  object: StoredObject | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (object === undefined) return headers;
  // "all new objects are encrypted": https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
  headers['x-amz-server-side-encryption'] = 'AES256';
  if (operation !== 'GetObject' && operation !== 'HeadObject') return headers;
  headers['accept-ranges'] = 'bytes';
  const tags = Object.keys(object.tags ?? {}).length;
  if (tags > 0 && operation === 'GetObject') headers['x-amz-tagging-count'] = String(tags);
  if (object.storageClass !== undefined && object.storageClass !== 'STANDARD') {
    headers['x-amz-storage-class'] = object.storageClass;
  }
  for (const name of RESPONSE_HEADERS) {
    const value = parameters.get(`response-${name}`);
    if (value !== null) headers[name] = value;
  }
  return headers;
}

function listBuckets({ buckets, accountId, region }: OperationContext): AwsResponse {
  const { store } = buckets;
  const all = [...store.buckets.keys()].sort().map((name) => {
    const created = store.creationDateOf(name).toISOString();
    return `<Bucket><Name>${name}</Name><CreationDate>${created}</CreationDate><BucketRegion>${region}</BucketRegion></Bucket>`;
  });
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/xml' },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<Owner><ID>${accountId}</ID></Owner><Buckets>${all.join('')}</Buckets></ListAllMyBucketsResult>`,
  };
}
