import { listOf, recordOf, textOf, type NeededPermission, type ServiceCall } from './call.ts';

/**
 * Operations whose IAM action has a different name
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
 */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  GetObjectAttributes: 'GetObject',
  SelectObjectContent: 'GetObject',
  CopyObject: 'PutObject',
  PostObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListBuckets: 'ListAllMyBuckets',
  GetBucketCors: 'GetBucketCORS',
  PutBucketCors: 'PutBucketCORS',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
};

/**
 * Gives the permissions that a call to S3 needs. The resource is a bucket or one of its objects.
 */
export function s3Permissions({ operation, input }: ServiceCall): NeededPermission[] {
  const action = `s3:${ACTIONS[operation] ?? operation}`;
  const bucket = textOf(input.Bucket);
  // S3 has no resource for the list of buckets. AWS's own policies allow it with this one, or "*":
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html
  if (bucket === undefined) return [{ action, resource: 'arn:aws:s3:::*' }];
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const needed: NeededPermission[] = [];
  const source = textOf(input.CopySource);
  if (source !== undefined) {
    needed.push({ action: 's3:GetObject', resource: `arn:aws:s3:::${copied(source)}` });
  }
  if (operation === 'DeleteObjects') {
    const keys = listOf(recordOf(input.Delete).Objects).map((each) => textOf(recordOf(each).Key));
    for (const key of keys) {
      needed.push({ action: 's3:DeleteObject', resource: `${bucketArn}/${key ?? ''}` });
    }
    return needed;
  }
  const key = textOf(input.Key);
  needed.push({
    action,
    resource: key === undefined ? bucketArn : `${bucketArn}/${key}`,
    context: () => contextOf(input),
  });
  for (const [member, also] of [
    ['Tagging', 's3:PutObjectTagging'],
    ['ACL', 's3:PutObjectAcl'],
  ] as const) {
    if (action === 's3:PutObject' && input[member] !== undefined) {
      needed.push({ action: also, resource: `${bucketArn}/${key ?? ''}` });
    }
  }
  return needed;
}

/** Reads `bucket/key` from `CopySource`, which may begin with a slash and is URL-encoded. */
function copied(source: string): string {
  const [path = ''] = source.replace(/^\//, '').split('?');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Makes the condition keys of S3
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
 */
function contextOf(input: ServiceCall['input']): Record<string, string> {
  const context: Record<string, string> = {};
  const members = [
    ['Prefix', 's3:prefix'],
    ['Delimiter', 's3:delimiter'],
    ['MaxKeys', 's3:max-keys'],
    ['ACL', 's3:x-amz-acl'],
    ['StorageClass', 's3:x-amz-storage-class'],
    ['ServerSideEncryption', 's3:x-amz-server-side-encryption'],
  ] as const;
  for (const [member, key] of members) {
    const value = textOf(input[member]);
    if (value !== undefined) context[key] = value;
  }
  return context;
}
