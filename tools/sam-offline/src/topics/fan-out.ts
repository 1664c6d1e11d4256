import {
  deliver,
  type Delivery,
  type DeliveryError,
  type DeliveryOptions,
} from '../delivery/index.ts';
import { EventPatternError } from '../event-pattern/index.ts';
import { passesPolicy } from './filter.ts';
import { sendToSubscriber } from './http-subscriber.ts';
import { lambdaEvent, notificationJson } from './notification.ts';
import type { Publication, StoredSubscription } from './stored.ts';

export interface FanOutOptions extends DeliveryOptions {
  /** Gives the URL of SNS on this machine. */
  readonly endpoint: () => string;
  /** Replaces the URL of one of the stack's APIs on AWS with its URL on this machine. */
  readonly localize: (url: string) => string;
}

/**
 * The retries for AWS managed endpoints and for customer managed endpoints
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html).
 */
const MANAGED = { maximumRetryAttempts: 100_015, maximumEventAgeMs: 23 * 24 * 3_600_000 };
const HTTP = { maximumRetryAttempts: 50, maximumEventAgeMs: 3_600_000 };

/** Sends a message to every confirmed subscription whose filter policy matches it. */
export function fanOut(
  topicName: string,
  subscriptions: Iterable<StoredSubscription>,
  publication: Publication,
  options: FanOutOptions,
): void {
  for (const subscription of subscriptions) {
    if (subscription.topicArn !== publication.topicArn || !subscription.isConfirmed) continue;
    try {
      if (!passesPolicy(subscription, publication)) continue;
    } catch (error) {
      if (!(error instanceof EventPatternError)) throw error;
      options.events.warn('error', `The FilterPolicy of ${subscription.arn}: ${error.message}`);
      continue;
    }
    const delivery = deliveryOf(topicName, subscription, publication, options);
    if (delivery !== undefined) void deliver(delivery, options);
  }
}

function deliveryOf(
  topicName: string,
  subscription: StoredSubscription,
  publication: Publication,
  options: FanOutOptions,
): Delivery | undefined {
  const { protocol, endpoint: target, attributes } = subscription;
  const text = textFor(publication, protocol);
  const isRaw = attributes.RawMessageDelivery === 'true';
  const endpoint = options.endpoint();
  const by = { service: 'sns.amazonaws.com', sourceArn: publication.topicArn };
  const trace =
    publication.traceHeader === undefined ? {} : { traceHeader: publication.traceHeader };
  const notification = (): string => notificationJson(publication, text, subscription, endpoint);
  const base = {
    ...{ service: 'sns', source: topicName, targetArn: target, by },
    ...{ traceId: publication.traceId, messageId: publication.messageId },
  };
  const deadLetter = deadLetterOf(subscription, by, options);
  switch (protocol) {
    case 'lambda':
      return {
        ...base,
        message: { body: lambdaEvent(publication, text, subscription, endpoint), ...trace },
        ...MANAGED,
        ...(deadLetter && { onFailure: deadLetter(notification()) }),
      };
    case 'sqs': {
      const isFifo = target.endsWith('.fifo');
      const body = isRaw ? text : notification();
      return {
        ...base,
        message: {
          body,
          ...(isRaw &&
            Object.keys(publication.attributes).length > 0 && {
              attributes: publication.attributes,
            }),
          ...(publication.messageGroupId !== undefined && {
            messageGroupId: publication.messageGroupId,
          }),
          ...(isFifo &&
            publication.deduplicationId !== undefined && {
              deduplicationId: publication.deduplicationId,
            }),
          ...trace,
        },
        ...MANAGED,
        ...(deadLetter && { onFailure: deadLetter(body) }),
      };
    }
    case 'http':
    case 'https':
      return {
        ...base,
        message: { body: isRaw ? text : notification() },
        send: () =>
          sendToSubscriber(options.localize(target), isRaw ? text : notification(), {
            'x-amz-sns-message-type': 'Notification',
            'x-amz-sns-message-id': publication.messageId,
            'x-amz-sns-topic-arn': publication.topicArn,
            'x-amz-sns-subscription-arn': subscription.arn,
            ...(isRaw && { 'x-amz-sns-rawdelivery': 'true' }),
          }),
        ...HTTP,
        ...(deadLetter && { onFailure: deadLetter(notification()) }),
      };
    default:
      return undefined;
  }
}

/** Gives the text for a protocol. A message with the structure `json` has one for each protocol. */
function textFor({ message, structure }: Publication, protocol: string): string {
  if (structure !== 'json') return message;
  const texts = JSON.parse(message) as Readonly<Record<string, unknown>>;
  const text = texts[protocol] ?? texts.default;
  return typeof text === 'string' ? text : JSON.stringify(text);
}

/**
 * Makes the function that sends a message to the dead-letter queue of the subscription's
 * `RedrivePolicy` (https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html).
 */
function deadLetterOf(
  { attributes }: StoredSubscription,
  by: { readonly service: string; readonly sourceArn: string },
  { targets }: FanOutOptions,
): ((body: string) => (error: DeliveryError) => Promise<unknown>) | undefined {
  const policy = attributes.RedrivePolicy;
  if (policy === undefined || policy === '') return undefined;
  const { deadLetterTargetArn: arn } = JSON.parse(policy) as {
    readonly deadLetterTargetArn?: string;
  };
  if (arn === undefined) return undefined;
  return (body) => (error) =>
    targets.send(
      arn,
      {
        body,
        attributes: {
          ErrorCode: { DataType: 'String', StringValue: error.code },
          ErrorMessage: { DataType: 'String', StringValue: error.message.slice(0, 1024) },
        },
      },
      by,
    );
}
