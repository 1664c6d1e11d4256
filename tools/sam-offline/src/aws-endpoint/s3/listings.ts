import { listObjects, type StoredObject } from '../../buckets/index.ts';
import type { AwsResponse } from '../call.ts';
import { escapeXml, S3_NAMESPACE, S3Error, xmlBody } from './responses.ts';

type Result = Pick<AwsResponse, 'headers' | 'body'>;

/** The maximum number of keys in a page. */
const MOST_KEYS = 1000;

/**
 * Serves `ListObjectsV2` (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html)
 */
export function listV2(
  bucket: string,
  all: Iterable<StoredObject>,
  parameters: URLSearchParams,
): Result {
  const token = parameters.get('continuation-token');
  const startAfter = parameters.get('start-after');
  const after = token === null ? (startAfter ?? '') : fromToken(token);
  const { objects, commonPrefixes, next, head, encoded } = pageOf(bucket, all, parameters, after);
  return xmlBody(
    `<ListBucketResult xmlns="${S3_NAMESPACE}">${head}` +
      `<KeyCount>${objects.length + commonPrefixes.length}</KeyCount>` +
      (token === null ? '' : `<ContinuationToken>${escapeXml(token)}</ContinuationToken>`) +
      (startAfter === null ? '' : `<StartAfter>${encoded(startAfter)}</StartAfter>`) +
      (next === undefined
        ? ''
        : `<NextContinuationToken>${Buffer.from(next).toString('base64')}</NextContinuationToken>`) +
      contents(objects, commonPrefixes, encoded) +
      '</ListBucketResult>',
  );
}

/** Serves `ListObjects` (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html) */
export function listV1(
  bucket: string,
  all: Iterable<StoredObject>,
  parameters: URLSearchParams,
): Result {
  const marker = parameters.get('marker') ?? '';
  const { objects, commonPrefixes, next, head, encoded } = pageOf(bucket, all, parameters, marker);
  return xmlBody(
    `<ListBucketResult xmlns="${S3_NAMESPACE}">${head}<Marker>${encoded(marker)}</Marker>` +
      // "This element is returned only if you specify a delimiter"
      (next === undefined || !parameters.has('delimiter')
        ? ''
        : `<NextMarker>${encoded(next)}</NextMarker>`) +
      contents(objects, commonPrefixes, encoded) +
      '</ListBucketResult>',
  );
}

function pageOf(
  bucket: string,
  all: Iterable<StoredObject>,
  parameters: URLSearchParams,
  after: string,
) {
  const prefix = parameters.get('prefix') ?? '';
  const delimiter = parameters.get('delimiter') ?? '';
  const asked = Number(parameters.get('max-keys') ?? MOST_KEYS);
  if (!Number.isInteger(asked) || asked < 0) {
    throw new S3Error(
      400,
      'InvalidArgument',
      'Provided max-keys not an integer or within integer range',
    );
  }
  const maxKeys = Math.min(asked, MOST_KEYS);
  // Keys may contain characters that XML cannot contain. A client that can decode them asks for
  // this encoding.
  const isEncoded = parameters.get('encoding-type') === 'url';
  const encoded = (text: string): string =>
    isEncoded ? encodeURIComponent(text).replaceAll('%2F', '/') : escapeXml(text);
  const page = listObjects(all, { prefix, delimiter, maxKeys, after });
  const head =
    `<Name>${escapeXml(bucket)}</Name><Prefix>${encoded(prefix)}</Prefix><MaxKeys>${maxKeys}</MaxKeys>` +
    `<IsTruncated>${page.next !== undefined && maxKeys > 0}</IsTruncated>` +
    (delimiter === '' ? '' : `<Delimiter>${encoded(delimiter)}</Delimiter>`) +
    (isEncoded ? '<EncodingType>url</EncodingType>' : '');
  return { ...page, head, encoded };
}

function contents(
  objects: readonly StoredObject[],
  commonPrefixes: readonly string[],
  encoded: (text: string) => string,
): string {
  const keys = objects.map(
    ({ key, lastModified, etag, contentLength, storageClass = 'STANDARD' }) =>
      `<Contents><Key>${encoded(key)}</Key><LastModified>${lastModified.toISOString()}</LastModified>` +
      `<ETag>${escapeXml(etag)}</ETag><Size>${contentLength}</Size>` +
      `<StorageClass>${escapeXml(storageClass)}</StorageClass></Contents>`,
  );
  const prefixes = commonPrefixes.map(
    (prefix) => `<CommonPrefixes><Prefix>${encoded(prefix)}</Prefix></CommonPrefixes>`,
  );
  return keys.join('') + prefixes.join('');
}

function fromToken(token: string): string {
  return Buffer.from(token, 'base64').toString('utf8');
}
