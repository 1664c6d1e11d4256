import {
  type Buckets,
  listObjects,
  type StoredObject,
  type StoredUpload,
} from '../../buckets/index.ts';
import type { BucketCorsRule } from '../../template/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { type S3Request, unescapeXml } from '../s3-call.ts';
import { listV1, listV2 } from './listings.ts';
import { escapeXml, S3_NAMESPACE, S3Error, xmlBody } from './responses.ts';

/** What the operations read and change. */
export interface OperationContext {
  readonly buckets: Buckets;
  readonly region: string;
  readonly accountId: string;
}

type Result = Pick<AwsResponse, 'headers' | 'body'> & { readonly statusCode?: number };
type Operation = (
  context: OperationContext,
  request: S3Request & { readonly bucket: string },
  call: AwsCall,
) => Result;

/** The operations that fauxqs does not have. */
export const MORE_OPERATIONS: Readonly<Record<string, Operation>> = {
  GetBucketLocation({ region }) {
    // us-east-1 has an empty constraint.
    const constraint = region === 'us-east-1' ? '' : region;
    return xmlBody(
      `<LocationConstraint xmlns="${S3_NAMESPACE}">${constraint}</LocationConstraint>`,
    );
  },
  ListObjects: ({ buckets }, { bucket, parameters }) =>
    listV1(bucket, objectsOf(buckets, bucket), parameters),
  ListObjectsV2: ({ buckets }, { bucket, parameters }) =>
    listV2(bucket, objectsOf(buckets, bucket), parameters),
  GetBucketVersioning: () => xmlBody(`<VersioningConfiguration xmlns="${S3_NAMESPACE}"/>`),
  GetBucketNotificationConfiguration({ buckets }, { bucket }) {
    const notifications = buckets.definitionOf(bucket)?.notifications ?? [];
    const kinds: Readonly<Record<string, [list: string, target: string]>> = {
      lambda: ['CloudFunctionConfiguration', 'CloudFunction'],
      sqs: ['QueueConfiguration', 'Queue'],
      sns: ['TopicConfiguration', 'Topic'],
    };
    const each = notifications.map(({ id, event, targetArn, prefix, suffix }) => {
      const [list, target] = kinds[targetArn.split(':')[2] ?? ''] ?? [
        'TopicConfiguration',
        'Topic',
      ];
      const rules = [
        ['Prefix', prefix],
        ['Suffix', suffix],
      ].flatMap(([name = '', value]) =>
        value === undefined
          ? []
          : [`<FilterRule><Name>${name}</Name><Value>${escapeXml(value)}</Value></FilterRule>`],
      );
      const filter = rules.length === 0 ? '' : `<Filter><S3Key>${rules.join('')}</S3Key></Filter>`;
      return `<${list}><Id>${id}</Id><${target}>${escapeXml(targetArn)}</${target}><Event>${escapeXml(event)}</Event>${filter}</${list}>`;
    });
    return xmlBody(
      `<NotificationConfiguration xmlns="${S3_NAMESPACE}">${each.join('')}</NotificationConfiguration>`,
    );
  },
  GetBucketCors({ buckets }, { bucket }) {
    const rules = buckets.definitionOf(bucket)?.cors ?? [];
    if (rules.length === 0) {
      throw new S3Error(404, 'NoSuchCORSConfiguration', 'The CORS configuration does not exist');
    }
    return xmlBody(
      `<CORSConfiguration xmlns="${S3_NAMESPACE}">${rules.map(corsRuleXml).join('')}</CORSConfiguration>`,
    );
  },
  GetObjectTagging({ buckets }, { bucket, key = '' }) {
    return xmlBody(
      `<Tagging xmlns="${S3_NAMESPACE}"><TagSet>${Object.entries(
        buckets.store.headObject(bucket, key).tags ?? {},
      )
        .map(
          ([name, value]) =>
            `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
        )
        .join('')}</TagSet></Tagging>`,
    );
  },
  PutObjectTagging({ buckets }, { bucket, key = '' }, call) {
    const object = buckets.store.headObject(bucket, key);
    const tags = Object.fromEntries(
      [...call.body.toString('utf8').matchAll(/<Tag>([\s\S]*?)<\/Tag>/g)].map(([, tag = '']) => [
        unescapeXml(/<Key>([\s\S]*?)<\/Key>/.exec(tag)?.[1] ?? ''),
        unescapeXml(/<Value>([\s\S]*?)<\/Value>/.exec(tag)?.[1] ?? ''),
      ]),
    );
    buckets.update(bucket, { ...object, tags: checkedTags(tags) });
    return { headers: {}, body: '' };
  },
  DeleteObjectTagging({ buckets }, { bucket, key = '' }) {
    buckets.update(bucket, { ...buckets.store.headObject(bucket, key), tags: {} });
    return { statusCode: 204, headers: {}, body: '' };
  },
  ListObjectVersions({ buckets }, { bucket, parameters }) {
    const prefix = parameters.get('prefix') ?? '';
    const maxKeys = Number(parameters.get('max-keys') ?? 1000);
    const { objects, next: following } = listObjects(objectsOf(buckets, bucket), {
      ...{ prefix, delimiter: '', maxKeys, after: parameters.get('key-marker') ?? '' },
    });
    const isTruncated = following !== undefined;
    const versions = objects.map(
      ({ key, etag, contentLength, lastModified }) =>
        `<Version><Key>${escapeXml(key)}</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>` +
        `<LastModified>${lastModified.toISOString()}</LastModified><ETag>${escapeXml(etag)}</ETag>` +
        `<Size>${contentLength}</Size><StorageClass>STANDARD</StorageClass></Version>`,
    );
    const next = isTruncated
      ? `<NextKeyMarker>${escapeXml(objects.at(-1)?.key ?? '')}</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker>`
      : '';
    return xmlBody(
      `<ListVersionsResult xmlns="${S3_NAMESPACE}"><Name>${escapeXml(bucket)}</Name>` +
        `<Prefix>${escapeXml(prefix)}</Prefix><MaxKeys>${maxKeys}</MaxKeys>` +
        `<IsTruncated>${isTruncated}</IsTruncated>${next}${versions.join('')}</ListVersionsResult>`,
    );
  },
  ListMultipartUploads({ buckets }, { bucket, parameters }) {
    const prefix = parameters.get('prefix') ?? '';
    const uploads = [...buckets.store.multipartUploads.values()]
      .filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix))
      .map(
        ({ key, uploadId, initiated }) =>
          `<Upload><Key>${escapeXml(key)}</Key><UploadId>${uploadId}</UploadId>` +
          `<StorageClass>STANDARD</StorageClass><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
      );
    return xmlBody(
      `<ListMultipartUploadsResult xmlns="${S3_NAMESPACE}"><Bucket>${escapeXml(bucket)}</Bucket>` +
        `<MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated>${uploads.join('')}</ListMultipartUploadsResult>`,
    );
  },
  ListParts({ buckets }, { bucket, key = '', parameters }) {
    const upload = uploadOf(buckets, parameters.get('uploadId') ?? '');
    const after = Number(parameters.get('part-number-marker') ?? 0);
    const maximum = Number(parameters.get('max-parts') ?? 1000);
    const all = [...upload.parts.values()]
      .filter(({ partNumber }) => partNumber > after)
      .sort((a, b) => a.partNumber - b.partNumber);
    const parts = all.slice(0, maximum);
    const isTruncated = all.length > parts.length;
    const next = isTruncated
      ? `<NextPartNumberMarker>${parts.at(-1)?.partNumber ?? 0}</NextPartNumberMarker>`
      : '';
    return xmlBody(
      `<ListPartsResult xmlns="${S3_NAMESPACE}"><Bucket>${escapeXml(bucket)}</Bucket>` +
        `<Key>${escapeXml(key)}</Key><UploadId>${upload.uploadId}</UploadId>${next}` +
        `<MaxParts>${maximum}</MaxParts><IsTruncated>${isTruncated}</IsTruncated>` +
        parts
          .map(
            ({ partNumber, etag, lastModified, body }) =>
              `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeXml(etag)}</ETag>` +
              `<LastModified>${lastModified.toISOString()}</LastModified><Size>${body.length}</Size></Part>`,
          )
          .join('') +
        '</ListPartsResult>',
    );
  },
  GetBucketAcl: ({ accountId }) => aclXml(accountId),
  GetObjectAcl({ buckets, accountId }, { bucket, key = '' }) {
    buckets.store.headObject(bucket, key);
    return aclXml(accountId);
  },
};

function objectsOf({ store }: Buckets, bucket: string): Iterable<StoredObject> {
  return store.buckets.get(bucket)?.values() ?? [];
}

/**
 * Checks the tags of an object: at most ten tags, with different keys
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html).
 */
export function checkedTags(
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (Object.keys(tags).length > 10) {
    throw new S3Error(400, 'BadRequest', 'Object tags cannot be greater than 10');
  }
  return tags;
}

function uploadOf({ store }: Buckets, uploadId: string): StoredUpload {
  const upload = store.multipartUploads.get(uploadId);
  if (upload !== undefined) return upload;
  throw new S3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );
}

/**
 * Makes the ACL of a bucket or object. By default, ACLs are disabled and the owner has full
 * control.
 */
function aclXml(accountId: string): Result {
  return xmlBody(
    `<AccessControlPolicy xmlns="${S3_NAMESPACE}"><Owner><ID>${accountId}</ID></Owner>` +
      `<AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">` +
      `<ID>${accountId}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
  );
}

function corsRuleXml(rule: BucketCorsRule): string {
  const list = (name: string, values: readonly string[]): string =>
    values.map((value) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  return (
    `<CORSRule>${rule.id === undefined ? '' : `<ID>${escapeXml(rule.id)}</ID>`}` +
    list('AllowedMethod', rule.allowMethods) +
    list('AllowedOrigin', rule.allowOrigins) +
    list('AllowedHeader', rule.allowHeaders) +
    list('ExposeHeader', rule.exposeHeaders) +
    (rule.maxAgeSeconds === undefined
      ? ''
      : `<MaxAgeSeconds>${rule.maxAgeSeconds}</MaxAgeSeconds>`) +
    '</CORSRule>'
  );
}
