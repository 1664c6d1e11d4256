import { createHash } from 'node:crypto';
import type { Publication, StoredSubscription } from './stored.ts';

/**
 * The signature and the links of a message. The signature is not valid, because only AWS has the
 * key and the certificate.
 */
interface Links {
  readonly signature: string;
  readonly certificate: string;
  readonly unsubscribe: string;
}

function linksOf(
  { messageId, topicArn }: Publication,
  subscription: StoredSubscription,
  endpoint: string,
): Links {
  const region = topicArn.split(':')[3] ?? '';
  return {
    signature: createHash('sha256').update(messageId).digest('base64'),
    certificate: `https://sns.${region}.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem`,
    unsubscribe: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  };
}

/**
 * Makes the JSON that queues and HTTP endpoints get
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html).
 */
export function notificationJson(
  publication: Publication,
  text: string,
  subscription: StoredSubscription,
  endpoint: string,
): string {
  const links = linksOf(publication, subscription, endpoint);
  const attributes = attributesOf(publication);
  return JSON.stringify(
    {
      Type: 'Notification',
      MessageId: publication.messageId,
      ...(publication.sequenceNumber !== undefined && {
        SequenceNumber: publication.sequenceNumber,
      }),
      TopicArn: publication.topicArn,
      ...(publication.subject !== undefined && { Subject: publication.subject }),
      Message: text,
      Timestamp: publication.timestamp,
      SignatureVersion: '1',
      Signature: links.signature,
      SigningCertURL: links.certificate,
      UnsubscribeURL: links.unsubscribe,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    },
    undefined,
    2,
  );
}

/**
 * Makes the event that a function gets
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html).
 */
export function lambdaEvent(
  publication: Publication,
  text: string,
  subscription: StoredSubscription,
  endpoint: string,
): string {
  const links = linksOf(publication, subscription, endpoint);
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: publication.messageId,
          TopicArn: publication.topicArn,
          Subject: publication.subject ?? null,
          Message: text,
          Timestamp: publication.timestamp,
          SignatureVersion: '1',
          Signature: links.signature,
          SigningCertUrl: links.certificate,
          UnsubscribeUrl: links.unsubscribe,
          MessageAttributes: attributesOf(publication),
        },
      },
    ],
  });
}

/** Makes the first message to an HTTP endpoint, which has to confirm the subscription. */
export function confirmationJson(
  subscription: StoredSubscription,
  messageId: string,
  endpoint: string,
): string {
  const { topicArn, token } = subscription;
  const parameters = new URLSearchParams({
    ...{ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token },
  });
  return JSON.stringify(
    {
      Type: 'SubscriptionConfirmation',
      MessageId: messageId,
      Token: token,
      TopicArn: topicArn,
      Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: `${endpoint}/?${parameters.toString()}`,
      Timestamp: new Date().toISOString(),
      SignatureVersion: '1',
      Signature: createHash('sha256').update(messageId).digest('base64'),
      SigningCertURL: `https://sns.${topicArn.split(':')[3] ?? ''}.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem`,
    },
    undefined,
    2,
  );
}

function attributesOf({ attributes }: Publication): Record<string, object> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? '' },
    ]),
  );
}
