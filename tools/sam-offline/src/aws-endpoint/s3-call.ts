import type { AwsCall } from './call.ts';

/** The target of a request to S3. Bucket and key are in the path, or the bucket is in the host. */
export interface S3Request {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly parameters: URLSearchParams;
  readonly operation: string;
}

/**
 * Matches `<bucket>.s3.<region>.amazonaws.com`, and the hosts of clients that resolve names of this
 * machine.
 */
const VIRTUAL_HOST =
  /^(.+)\.s3(?:[.-](?:dualstack\.|accelerate\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?(?::\d+)?$|^(.+?)\.(?:s3\.)?localhost(?::\d+)?$/;
const S3_HOST =
  /^s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.(?:amazonaws\.com(?:\.cn)?|localhost)(?::\d+)?$/;

/** Tells whether a host is S3's, with or without a bucket in it. */
export function isS3Host(host: string | undefined): boolean {
  return host !== undefined && (S3_HOST.test(host) || VIRTUAL_HOST.test(host));
}

/** Reads the bucket, the key and the operation of a path-style or virtual-hosted-style request. */
export function readS3Request(
  call: Pick<AwsCall, 'method' | 'path' | 'query' | 'headers'>,
): S3Request {
  const { host = '' } = call.headers;
  const [, ofAws, ofLocalhost] = S3_HOST.test(host) ? [] : (VIRTUAL_HOST.exec(host) ?? []);
  const inHost = ofAws ?? ofLocalhost;
  const rest = call.path.replace(/^\//, '');
  const slash = rest.indexOf('/');
  const [bucket, rawKey] =
    inHost !== undefined
      ? [inHost, rest]
      : slash < 0
        ? [decoded(rest), '']
        : [decoded(rest.slice(0, slash)), rest.slice(slash + 1)];
  // A plus is a plus in a key, but a space in the fields of a form. SDKs write %20 for a space.
  const parameters = new URLSearchParams(call.query);
  const key = rawKey === '' ? undefined : decoded(rawKey);
  const request = { bucket: bucket === '' ? undefined : bucket, key, parameters };
  return { ...request, operation: operationOf(call, request) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The part of an operation's name after `Get`, `Put` or `Delete`, by the parameter that names the
 * bucket's subresource.
 */
const BUCKET_PARTS: Readonly<Record<string, string>> = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};
const OBJECT_PARTS: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
};
const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

function operationOf(
  { method, headers }: Pick<AwsCall, 'method' | 'headers'>,
  { bucket, key, parameters }: Omit<S3Request, 'operation'>,
): string {
  if (method === 'OPTIONS') return 'PreflightRequest';
  if (bucket === undefined) return method === 'GET' ? 'ListBuckets' : `${method} /`;
  const has = (name: string): boolean => parameters.has(name);
  const parts = key === undefined ? BUCKET_PARTS : OBJECT_PARTS;
  const part = Object.keys(parts).find(has);
  const verb = VERBS[method];
  if (part !== undefined && verb !== undefined) return `${verb}${parts[part] ?? ''}`;
  if (key === undefined) {
    switch (method) {
      case 'GET':
        if (has('uploads')) return 'ListMultipartUploads';
        if (has('versions')) return 'ListObjectVersions';
        return parameters.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
      case 'HEAD':
        return 'HeadBucket';
      case 'PUT':
        return 'CreateBucket';
      case 'DELETE':
        return 'DeleteBucket';
      default:
        if (has('delete')) return 'DeleteObjects';
        return headers['content-type']?.startsWith('multipart/form-data') === true
          ? 'PostObject'
          : 'POST bucket';
    }
  }
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  switch (method) {
    case 'GET':
      return has('uploadId') ? 'ListParts' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      if (has('uploadId')) return isCopy ? 'UploadPartCopy' : 'UploadPart';
      return isCopy ? 'CopyObject' : 'PutObject';
    case 'DELETE':
      return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      if (has('uploads')) return 'CreateMultipartUpload';
      return has('uploadId') ? 'CompleteMultipartUpload' : 'POST object';
  }
}

/** Reads the members of a request that permissions depend on, with the names of S3's API. */
export function s3Input(call: AwsCall): Readonly<Record<string, unknown>> {
  const { bucket, key, parameters, operation } = readS3Request(call);
  const header = (name: string): string | undefined => {
    const value = call.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const isListing = operation.startsWith('ListObject');
  return defined({
    Bucket: bucket,
    Key: key,
    CopySource: header('x-amz-copy-source'),
    Tagging: header('x-amz-tagging'),
    ACL: header('x-amz-acl'),
    StorageClass: header('x-amz-storage-class'),
    ServerSideEncryption: header('x-amz-server-side-encryption'),
    // The prefix of a request without one is empty. Conditions on `s3:prefix` compare this value.
    Prefix: isListing ? (parameters.get('prefix') ?? '') : undefined,
    Delimiter: isListing ? (parameters.get('delimiter') ?? undefined) : undefined,
    MaxKeys: isListing ? (parameters.get('max-keys') ?? undefined) : undefined,
    Delete:
      operation === 'DeleteObjects'
        ? { Objects: keysToDelete(call.body).map((Key) => ({ Key })) }
        : undefined,
  });
}

/** Reads the keys in the body of `DeleteObjects`. */
export function keysToDelete(body: Buffer): string[] {
  return [...body.toString('utf8').matchAll(/<Key>([\s\S]*?)<\/Key>/g)].map(([, key = '']) =>
    unescapeXml(key),
  );
}

/** Replaces the character references of XML with the characters. */
export function unescapeXml(text: string): string {
  return text
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_all, hex: string | undefined, decimal: string) =>
      String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

function defined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
