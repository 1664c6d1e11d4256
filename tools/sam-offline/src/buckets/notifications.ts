import { deliver, type Delivery, type DeliveryOptions } from '../delivery/index.ts';
import type { Stack } from '../template/index.ts';
import type { Buckets } from './open-buckets.ts';

/** A change of an object. */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  /** The event's name without `s3:`: `ObjectCreated:Put`, `ObjectRemoved:Delete`. */
  readonly name: string;
  /** The operation, as EventBridge's events name it: `PutObject`, `POST Object`. */
  readonly reason: string;
  /** The object's size in bytes and its entity tag; absent if the object was deleted. */
  readonly object?: { readonly size: number; readonly etag: string };
  readonly principalId: string;
  readonly requestId: string;
  /** `x-amz-id-2` of the response. */
  readonly hostId: string;
  readonly traceHeader?: string | undefined;
  readonly traceId?: string | undefined;
}

export interface BucketNotifications {
  /** Sends an event to the targets in the template, and returns without waiting for them. */
  notify(event: ObjectEvent): void;
}

/** S3 retries events that it could not send. AWS does not publish for how long. */
const RETRIES = { maximumRetryAttempts: 10, maximumEventAgeMs: 24 * 60 * 60 * 1000 };

/** Sends the events of buckets to functions, queues, topics, and the default event bus. */
export function createBucketNotifications(
  stack: Pick<Stack, 'region' | 'accountId'>,
  buckets: Buckets,
  options: DeliveryOptions,
): BucketNotifications {
  let sequence = BigInt(Date.now()) * 1_000_000n;
  return {
    notify(event) {
      const definition = buckets.definitionOf(event.bucket);
      if (definition === undefined) return;
      // "a hexadecimal value" that increases. Events of AWS have 18 digits.
      sequence += 1n;
      const sequencer = sequence.toString(16).toUpperCase().padStart(18, '0');
      const eventTime = new Date();
      const by = { service: 's3.amazonaws.com', sourceArn: definition.arn };
      const base = {
        ...{ service: 's3', source: event.bucket, by, traceId: event.traceId },
        ...{ messageId: event.requestId, ...RETRIES },
      } as const;
      const trace = event.traceHeader === undefined ? {} : { traceHeader: event.traceHeader };
      for (const notification of definition.notifications) {
        const { prefix = '', suffix = '' } = notification;
        const isMeant =
          matchesEvent(notification.event, event.name) &&
          event.key.startsWith(prefix) &&
          event.key.endsWith(suffix);
        if (!isMeant) continue;
        const record = recordOf(
          stack,
          event,
          definition.arn,
          notification.id,
          sequencer,
          eventTime,
        );
        void deliver(
          {
            ...base,
            targetArn: notification.targetArn,
            message: {
              body: JSON.stringify({ Records: [record] }),
              subject: 'Amazon S3 Notification',
              ...trace,
            },
          } satisfies Delivery,
          options,
        );
      }
      if (!definition.sendsToEventBridge) return;
      const detailType = DETAIL_TYPES[event.name] ?? DETAIL_TYPES[event.name.split(':')[0] ?? ''];
      if (detailType === undefined) return;
      void deliver(
        {
          ...base,
          targetArn: `arn:aws:events:${stack.region}:${stack.accountId}:event-bus/default`,
          message: {
            body: JSON.stringify(detailOf(stack, event, sequencer)),
            event: { source: 'aws.s3', detailType, resources: [definition.arn] },
            ...trace,
          },
          // Events of an AWS service need no permission on the default bus.
          by: undefined,
        },
        options,
      );
    },
  };
}

/**
 * Tells whether a configured event matches a name. `s3:ObjectCreated:*` matches every name that
 * begins with `ObjectCreated:`.
 */
function matchesEvent(configured: string, name: string): boolean {
  const wanted = configured.replace(/^s3:/, '');
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
}

/**
 * Makes the record of an event
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 */
function recordOf(
  { region, accountId }: Pick<Stack, 'region' | 'accountId'>,
  event: ObjectEvent,
  bucketArn: string,
  configurationId: string,
  sequencer: string,
  eventTime: Date,
): object {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: eventTime.toISOString(),
    eventName: event.name,
    userIdentity: { principalId: event.principalId },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': event.requestId, 'x-amz-id-2': event.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: event.bucket,
        ownerIdentity: { principalId: ownerOf(accountId) },
        arn: bucketArn,
      },
      object: {
        key: urlEncoded(event.key),
        ...(event.object && { size: event.object.size, eTag: event.object.etag }),
        sequencer,
      },
    },
  };
}

/**
 * Makes a customer id, which has 14 characters. It is derived from the account id, so that it is
 * always the same.
 */
function ownerOf(accountId: string): string {
  return `A${BigInt(accountId).toString(36).toUpperCase().padStart(13, '0')}`;
}

/**
 * Encodes a key as a form does: "red flower.jpg" becomes "red+flower.jpg". Slashes are not encoded.
 */
function urlEncoded(key: string): string {
  return new URLSearchParams({ key })
    .toString()
    .slice(4)
    .replaceAll('%2F', '/')
    .replaceAll('*', '%2A');
}

const DETAIL_TYPES: Readonly<Record<string, string>> = {
  ObjectCreated: 'Object Created',
  ObjectRemoved: 'Object Deleted',
  'ObjectTagging:Put': 'Object Tags Added',
  'ObjectTagging:Delete': 'Object Tags Deleted',
};

/**
 * Makes the `detail` of an event for EventBridge
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).
 */
function detailOf(
  { accountId }: Pick<Stack, 'accountId'>,
  event: ObjectEvent,
  sequencer: string,
): object {
  return {
    version: '0',
    bucket: { name: event.bucket },
    object: {
      key: event.key,
      ...(event.object && { size: event.object.size, etag: event.object.etag }),
      sequencer,
    },
    'request-id': event.requestId,
    requester: accountId,
    'source-ip-address': '127.0.0.1',
    reason: event.reason,
    ...(event.name.startsWith('ObjectRemoved') && { 'deletion-type': 'Permanently Deleted' }),
  };
}
