import type { ResourceEntry } from '../entries.ts';
import type { Json } from '../json.ts';
import type { Subscription, Topic } from '../model.ts';
import {
  subscription as subscriptionProperties,
  topic as topicProperties,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads all topics of the stack. */
export function topicsOf(resources: StackResources): Topic[] {
  return resources.ofType('AWS::SNS::Topic').map((entry) => {
    const properties = resources.read(entry);
    if (entry.generatedBy === undefined) properties.check(topicProperties);
    properties.text('TopicName');
    const topicName = resources.attribute(entry, 'TopicName') ?? '';
    const isFifo = properties.boolean('FifoTopic') === true;
    if (isFifo !== topicName.endsWith('.fifo')) {
      properties.expected(
        'TopicName',
        isFifo ? 'a name that ends in .fifo' : 'FifoTopic: true with a name that ends in .fifo',
      );
    }
    const attributes: Record<string, string> = {};
    const displayName = properties.text('DisplayName');
    if (displayName !== undefined) attributes.DisplayName = displayName;
    const maximum = properties.number('MaximumMessageSize', {
      ...{ unit: 'bytes', minimum: 1024, maximum: 262_144 },
    });
    if (maximum !== undefined) attributes.MaximumMessageSize = String(maximum);
    if (isFifo) {
      attributes.FifoTopic = 'true';
      attributes.ContentBasedDeduplication = String(
        properties.boolean('ContentBasedDeduplication') === true,
      );
      attributes.FifoThroughputScope = properties.text('FifoThroughputScope') ?? 'Topic';
    }
    return { logicalId: entry.logicalId, topicName, arn: resources.ref(entry), attributes };
  });
}

/**
 * Reads all subscriptions: `AWS::SNS::Subscription` resources, the `Subscription` of topics, and
 * `SNS` events of functions.
 */
export function subscriptionsOf(resources: StackResources): Subscription[] {
  const ofTopics = resources.ofType('AWS::SNS::Topic').flatMap((entry) =>
    (resources.read(entry).maps('Subscription') ?? []).flatMap((each) => {
      const made = subscriptionOf(entry.logicalId, resources.ref(entry), each);
      return made === undefined ? [] : [made];
    }),
  );
  const own = resources.ofType('AWS::SNS::Subscription').flatMap((entry: ResourceEntry) => {
    const properties = resources.read(entry);
    if (entry.generatedBy === undefined) properties.check(subscriptionProperties);
    const topicArn = properties.requiredText('TopicArn', 'the ARN of a topic');
    if (topicArn === undefined) return [];
    if (resources.byRef(topicArn, 'AWS::SNS::Topic') === undefined) {
      resources.diagnostics.warn(
        properties.at('TopicArn'),
        `the subscription is left out: no topic of this stack is ${topicArn}`,
      );
      return [];
    }
    const made = subscriptionOf(entry.logicalId, topicArn, properties);
    return made === undefined ? [] : [made];
  });
  return [...ofTopics, ...own];
}

function subscriptionOf(
  logicalId: string,
  topicArn: string,
  properties: Reader,
): Subscription | undefined {
  const protocol = properties.requiredText('Protocol', 'a protocol such as sqs or lambda');
  const endpoint = properties.requiredText('Endpoint', 'an ARN or an address');
  if (protocol === undefined || endpoint === undefined) return undefined;
  if (!['sqs', 'lambda', 'http', 'https'].includes(protocol)) {
    properties.diagnostics.warn(
      properties.at('Protocol'),
      `nothing is sent to ${endpoint}: subscriptions by ${protocol} are not emulated`,
    );
  }
  const attributes: Record<string, string> = {};
  for (const name of ['FilterPolicy', 'RedrivePolicy']) {
    const value = properties.value(name);
    if (value !== undefined && value !== null) attributes[name] = jsonText(value);
  }
  const scope = properties.text('FilterPolicyScope');
  if (scope !== undefined) attributes.FilterPolicyScope = scope;
  if (properties.boolean('RawMessageDelivery') === true) attributes.RawMessageDelivery = 'true';
  return { logicalId, topicArn, protocol, endpoint, attributes };
}

function jsonText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
