import { createHash, randomBytes } from 'node:crypto';
import { deliver } from '../delivery/index.ts';
import { newRequestId } from '../ids/index.ts';
import type { Stack } from '../template/index.ts';
import { fanOut, type FanOutOptions } from './fan-out.ts';
import { sendToSubscriber } from './http-subscriber.ts';
import { confirmationJson } from './notification.ts';
import type { Publication, StoredSubscription, StoredTopic } from './stored.ts';
import { ServiceError } from '../service-error.ts';

export interface TopicsOptions extends FanOutOptions {
  readonly stack: Pick<Stack, 'region' | 'accountId' | 'topics' | 'subscriptions'>;
}

/** A message to publish. The other members of the publication are made here. */
export type NewPublication = Omit<Publication, 'messageId' | 'timestamp' | 'sequenceNumber'>;

/**
 * The topics of a stack and their subscriptions, including those that API calls made while it ran.
 * All are in memory.
 */
export interface Topics {
  readonly topics: ReadonlyMap<string, StoredTopic>;
  readonly subscriptions: ReadonlyMap<string, StoredSubscription>;
  /** @throws ServiceError `NotFound` */
  topicOf(arn: string): StoredTopic;
  /** @throws ServiceError `NotFound` */
  subscriptionOf(arn: string): StoredSubscription;
  createTopic(name: string, attributes: Readonly<Record<string, string>>): StoredTopic;
  deleteTopic(arn: string): void;
  /** @throws ServiceError */
  subscribe(
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes: Readonly<Record<string, string>>,
  ): StoredSubscription;
  unsubscribe(arn: string): void;
  /** @throws ServiceError if no subscription has this token */
  confirm(topicArn: string, token: string): StoredSubscription;
  /** @throws ServiceError */
  publish(publication: NewPublication): {
    readonly messageId: string;
    readonly sequenceNumber?: string;
  };
  /**
   * Asks HTTP endpoints to confirm. It is called when the URLs of the stack's endpoints are known.
   */
  open(): void;
}

/**
 * SNS drops a message if it has accepted the same deduplication id in the last five minutes. In ms.
 */
const DEDUPLICATION_MS = 5 * 60_000;
const MAXIMUM_BYTES = 262_144;

/** Makes the topics of a stack. */
export function createTopics(options: TopicsOptions): Topics {
  const { region, accountId } = options.stack;
  const topics = new Map<string, StoredTopic>();
  const subscriptions = new Map<string, StoredSubscription>();
  /** The time at which a deduplication id was last accepted (ms since 1970), by topic and id. */
  const seen = new Map<string, { readonly ms: number; readonly result: Published }>();
  let sequence = 10_000_000_000_000_000_000n;
  let isOpen = false;

  const store = (
    arn: string,
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes: Readonly<Record<string, string>>,
  ): StoredSubscription => {
    const subscription: StoredSubscription = {
      ...{ arn, topicArn, protocol, endpoint, attributes: { ...attributes } },
      isConfirmed: protocol !== 'http' && protocol !== 'https',
      token: randomBytes(64).toString('hex'),
    };
    subscriptions.set(arn, subscription);
    if (isOpen && !subscription.isConfirmed) askToConfirm(subscription, options);
    return subscription;
  };

  const self: Topics = {
    topics,
    subscriptions,
    topicOf(arn) {
      const topic = topics.get(arn);
      if (topic !== undefined) return topic;
      throw new ServiceError('NotFound', 'Topic does not exist', { statusCode: 404 });
    },
    subscriptionOf(arn) {
      const subscription = subscriptions.get(arn);
      if (subscription !== undefined) return subscription;
      throw new ServiceError('NotFound', 'Subscription does not exist', { statusCode: 404 });
    },
    createTopic(name, attributes) {
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
      const existing = topics.get(arn);
      if (existing !== undefined) return existing;
      const isFifo = attributes.FifoTopic === 'true';
      if (!/^[\w-]{1,256}(?:\.fifo)?$/.test(name) || isFifo !== name.endsWith('.fifo')) {
        throw invalidParameter('Topic Name');
      }
      const topic = { name, arn, attributes: { ...attributes }, tags: new Map<string, string>() };
      topics.set(arn, topic);
      return topic;
    },
    deleteTopic(arn) {
      topics.delete(arn);
      for (const subscription of subscriptions.values()) {
        if (subscription.topicArn === arn) subscriptions.delete(subscription.arn);
      }
    },
    subscribe(topicArn, protocol, endpoint, attributes) {
      self.topicOf(topicArn);
      const existing = [...subscriptions.values()].find(
        (one) =>
          one.topicArn === topicArn && one.protocol === protocol && one.endpoint === endpoint,
      );
      if (existing !== undefined) return existing;
      if (topicArn.endsWith('.fifo') && protocol !== 'sqs') {
        throw invalidParameter('Invalid protocol type: FIFO topics have SQS queues only');
      }
      return store(`${topicArn}:${newRequestId()}`, topicArn, protocol, endpoint, attributes);
    },
    unsubscribe(arn) {
      subscriptions.delete(arn);
    },
    confirm(topicArn, token) {
      for (const subscription of subscriptions.values()) {
        if (subscription.topicArn !== topicArn || subscription.token !== token) continue;
        subscription.isConfirmed = true;
        return subscription;
      }
      throw invalidParameter('Token');
    },
    publish(given) {
      const topic = self.topicOf(given.topicArn);
      checkMessage(given, Number(topic.attributes.MaximumMessageSize ?? MAXIMUM_BYTES));
      const isFifo = topic.attributes.FifoTopic === 'true';
      const deduplicationId = isFifo ? deduplicationOf(topic, given) : given.deduplicationId;
      const scope =
        topic.attributes.FifoThroughputScope === 'MessageGroup' ? given.messageGroupId : '';
      const key = `${given.topicArn} ${scope ?? ''} ${deduplicationId ?? ''}`;
      const nowMs = Date.now();
      const earlier = isFifo ? seen.get(key) : undefined;
      if (earlier !== undefined && nowMs - earlier.ms < DEDUPLICATION_MS) return earlier.result;
      const messageId = newRequestId();
      const sequenceNumber = isFifo ? String((sequence += 1n)) : undefined;
      const result = { messageId, ...(sequenceNumber !== undefined && { sequenceNumber }) };
      if (isFifo) {
        for (const [old, { ms }] of seen) if (nowMs - ms >= DEDUPLICATION_MS) seen.delete(old);
        seen.set(key, { ms: nowMs, result });
      }
      const timestamp = new Date(nowMs).toISOString();
      const publication = { ...given, deduplicationId, messageId, sequenceNumber, timestamp };
      fanOut(topic.name, subscriptions.values(), publication, options);
      return result;
    },
    open() {
      isOpen = true;
      for (const subscription of subscriptions.values()) {
        if (!subscription.isConfirmed) askToConfirm(subscription, options);
      }
    },
  };

  for (const { topicName, attributes } of options.stack.topics) {
    self.createTopic(topicName, attributes);
  }
  for (const each of options.stack.subscriptions) {
    // The id is the same at each start, so that an application finds the subscription again.
    const id = stableUuid(`${each.logicalId}/${each.protocol}/${each.endpoint}`);
    store(`${each.topicArn}:${id}`, each.topicArn, each.protocol, each.endpoint, each.attributes);
  }
  return self;
}

interface Published {
  readonly messageId: string;
  readonly sequenceNumber?: string;
}

function checkMessage(
  { message, subject, structure, attributes }: NewPublication,
  maximumBytes: number,
): void {
  if (message === '') throw invalidParameter('Empty message');
  const ofAttributes = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(`${name}${DataType}${StringValue}`) +
      Buffer.byteLength(BinaryValue, 'base64'),
  );
  const bytes = ofAttributes.reduce((sum, size) => sum + size, Buffer.byteLength(message));
  if (bytes > maximumBytes) throw invalidParameter('Message too long');
  // "Subjects must be ASCII text … and less than 100 characters long."
  if (subject !== undefined && (subject.length > 100 || /[^\x20-\x7e]/.test(subject))) {
    throw invalidParameter('Subject');
  }
  if (structure === undefined) return;
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  try {
    const texts = JSON.parse(message) as Readonly<Record<string, unknown>> | null;
    if (typeof texts?.default === 'string') return;
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  throw invalidParameter('Message Structure - No default entry in JSON message body');
}

function deduplicationOf(
  { attributes }: StoredTopic,
  { messageGroupId, deduplicationId, message }: NewPublication,
): string {
  if (messageGroupId === undefined) {
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  }
  if (deduplicationId !== undefined) return deduplicationId;
  if (attributes.ContentBasedDeduplication === 'true') {
    return createHash('sha256').update(message).digest('hex');
  }
  throw invalidParameter(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function askToConfirm(subscription: StoredSubscription, options: TopicsOptions): void {
  const { endpoint, topicArn } = subscription;
  const messageId = newRequestId();
  const body = confirmationJson(subscription, messageId, options.endpoint());
  void deliver(
    {
      ...{ service: 'sns', source: topicArn.split(':').at(-1) ?? '', targetArn: endpoint },
      ...{ message: { body }, by: undefined, messageId },
      ...{ maximumRetryAttempts: 50, maximumEventAgeMs: 3_600_000 },
      send: () =>
        sendToSubscriber(options.localize(endpoint), body, {
          'x-amz-sns-message-type': 'SubscriptionConfirmation',
          'x-amz-sns-message-id': messageId,
          'x-amz-sns-topic-arn': topicArn,
        }),
    },
    options,
  );
}

function stableUuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${message}`);
}
