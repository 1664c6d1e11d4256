import type { ObjectEvent, StoredObject } from '../../buckets/index.ts';

/** The event for each operation that causes one, with EventBridge's name of the operation. */
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
 * Makes the event of an operation; undefined if the operation causes no event
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
