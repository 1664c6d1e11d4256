import type { ObjectEvent, StoredObject } from '../../buckets/index.ts';

/** Events by the operation that causes them, with EventBridge's name of the operation. */
const EVENTS: Readonly<Record<string, readonly [name: string, reason: string]>> = {
  PutObject: ['ObjectCreated:Put', 'PutObject'],
  PostObject: ['ObjectCreated:Post', 'POST Object'],
  CopyObject: ['ObjectCreated:Copy', 'CopyObject'],
  CompleteMultipartUpload: ['ObjectCreated:CompleteMultipartUpload', 'CompleteMultipartUpload'],
  DeleteObject: ['ObjectRemoved:Delete', 'DeleteObject'],
  DeleteObjects: ['ObjectRemoved:Delete', 'DeleteObject'],
  PutObjectTagging: ['ObjectTagging:Put', 'PutObjectTagging'],
  DeleteObjectTagging: ['ObjectTagging:Delete', 'DeleteObjectTagging'],
};

/**
 * What an operation did to an object; undefined for one that tells nothing
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html).
 */
export function objectEventOf(
  operation: string,
  key: string,
  object: StoredObject | undefined,
): Pick<ObjectEvent, 'key' | 'name' | 'reason' | 'object'> | undefined {
  const event = Object.hasOwn(EVENTS, operation) ? EVENTS[operation] : undefined;
  if (event === undefined) return undefined;
  const [name, reason] = event;
  return {
    ...{ key, name, reason },
    ...(object && {
      object: { size: object.contentLength, etag: object.etag.replaceAll('"', '') },
    }),
  };
}
