import type { ResourceEntry } from '../entries.ts';
import type { JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import { eventsOf, type FunctionEvent } from './events.ts';
import type { Expansion, ExpansionContext, IdPattern } from './expansion.ts';
import { generated } from './generated.ts';
import { permissionOfEvent } from './invoke-permission.ts';

const mapping = 'AWS::Lambda::EventSourceMapping';

/** Event types whose resource is `<function><event>`, and the type of that resource. */
const resourceOfEvent: Readonly<Record<string, string>> = {
  CloudWatchEvent: 'AWS::Events::Rule',
  CloudWatchLogs: 'AWS::Logs::SubscriptionFilter',
  DocumentDB: mapping,
  DynamoDB: mapping,
  EventBridgeRule: 'AWS::Events::Rule',
  IoTRule: 'AWS::IoT::TopicRule',
  Kinesis: mapping,
  MQ: mapping,
  MSK: mapping,
  SNS: 'AWS::SNS::Subscription',
  SQS: mapping,
  Schedule: 'AWS::Events::Rule',
  ScheduleV2: 'AWS::Scheduler::Schedule',
  SelfManagedKafka: mapping,
};

/** Where an event of a stream or queue that is emulated names its source. */
const sourceOfEvent: Readonly<Record<string, string>> = { DynamoDB: 'Stream', SQS: 'Queue' };

/**
 * What a function's events turn into: rules, subscriptions, event source mappings, their dead-letter queues, and
 * the permissions to invoke the function (samtranslator/model/eventsources of SAM translator 1.115).
 *
 * @param invoked logical id of the function, or of its alias
 */
export function eventResourcesOf(
  entry: ResourceEntry,
  invoked: string,
  context: ExpansionContext,
): Expansion {
  const entries: ResourceEntry[] = [];
  const patterns: IdPattern[] = [];
  for (const event of eventsOf(entry)) {
    const id = `${entry.logicalId}${event.name}`;
    const type = resourceOfEvent[event.type];
    const functionArn: JsonObject = { 'Fn::GetAtt': [entry.logicalId, 'Arn'] };
    if (type !== undefined) {
      entries.push(generated(entry, id, type, eventResource(event, functionArn)));
    }
    const queued = event.type === 'SNS' ? subscribedQueue(entry, event, functionArn, context) : [];
    entries.push(...queued, ...deadLetterQueue(entry, event));
    if (event.type === 'ScheduleV2' && !('RoleArn' in event.properties)) {
      entries.push(generated(entry, `${id}Role`, 'AWS::IAM::Role'));
    }
    if (type === mapping || event.type === 'ScheduleV2' || queued.length > 0) continue;
    const permissionId = event.type === 'Cognito' ? `${entry.logicalId}Cognito` : id;
    const permission = generated(entry, `${permissionId}Permission`, 'AWS::Lambda::Permission', {
      properties: permissionOfEvent(event, invoked),
    });
    entries.push(permission);
    // The stage follows, or a hash of its name.
    if (event.type === 'Api') {
      patterns.push({
        pattern: new RegExp(`^${permission.logicalId}[A-Za-z0-9]+$`),
        entry: permission,
      });
    }
  }
  return { entries, patterns };
}

function eventResource(event: FunctionEvent, functionArn: JsonObject): Partial<ResourceEntry> {
  const sourceName = sourceOfEvent[event.type];
  if (sourceName === undefined) return { references: event.properties };
  const { [sourceName]: source, ...rest } = event.properties;
  return {
    properties: {
      FunctionName: functionArn,
      ...(source === undefined ? {} : { EventSourceArn: source }),
      ...rest,
    },
    path: event.path,
    writtenAs: { EventSourceArn: sourceName },
  };
}

/** With `SqsSubscription`, the topic sends to a queue, and the function polls that. */
function subscribedQueue(
  entry: ResourceEntry,
  event: FunctionEvent,
  functionArn: JsonObject,
  { written }: ExpansionContext,
): ResourceEntry[] {
  const { SqsSubscription: subscription, Topic: topic } = event.properties;
  if (subscription !== true && subscription !== 'true' && !isObject(subscription)) return [];
  const id = `${entry.logicalId}${event.name}`;
  const given = isObject(subscription) ? subscription : {};
  const policyId =
    typeof given.QueuePolicyLogicalId === 'string'
      ? given.QueuePolicyLogicalId
      : `${id}QueuePolicy`;
  const topicId = isObject(topic) && typeof topic.Ref === 'string' ? topic.Ref : undefined;
  const isFifo =
    written.find(({ logicalId }) => logicalId === topicId)?.properties.FifoTopic === true;
  const queue = generated(entry, `${id}Queue`, 'AWS::SQS::Queue', {
    properties: isFifo ? { FifoQueue: true } : {},
    path: event.path,
  });
  const { QueueArn: arn = { 'Fn::GetAtt': [queue.logicalId, 'Arn'] }, BatchSize: size = 10 } =
    given;
  return [
    ...(isObject(subscription) ? [] : [queue]),
    generated(entry, policyId, 'AWS::SQS::QueuePolicy'),
    generated(entry, `${id}EventSourceMapping`, mapping, {
      properties: { FunctionName: functionArn, EventSourceArn: arn, BatchSize: size },
      path: event.path,
      writtenAs: { EventSourceArn: 'Queue' },
    }),
  ];
}

/** `DeadLetterConfig` of type SQS makes a queue, and for EventBridge's rules its policy. */
export function deadLetterQueue(entry: ResourceEntry, event: FunctionEvent): ResourceEntry[] {
  const config = event.properties.DeadLetterConfig;
  if (!isObject(config) || config.Type !== 'SQS') return [];
  const id = `${entry.logicalId}${event.name}`;
  const queueId = typeof config.QueueLogicalId === 'string' ? config.QueueLogicalId : `${id}Queue`;
  const queue = generated(entry, queueId, 'AWS::SQS::Queue', { path: event.path });
  return event.type === 'ScheduleV2'
    ? [queue]
    : [queue, generated(entry, `${id}QueuePolicy`, 'AWS::SQS::QueuePolicy')];
}
