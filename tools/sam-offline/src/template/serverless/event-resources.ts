import type { ResourceEntry } from '../entries.ts';
import type { JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import { checkNames, pushedEvents } from '../properties/index.ts';
import { eventsOf, type FunctionEvent } from './events.ts';
import type { Expansion, ExpansionContext, IdPattern } from './expansion.ts';
import { generated } from './generated.ts';
import { permissionOfEvent } from './invoke-permission.ts';
import { needsPermission, pushedEventResources } from './pushed-events.ts';

const mapping = 'AWS::Lambda::EventSourceMapping';

/**
 * The event types for which SAM makes one resource `<function><event>`, with the type of this
 * resource.
 */
const resourceOfEvent: Readonly<Record<string, string>> = {
  CloudWatchLogs: 'AWS::Logs::SubscriptionFilter',
  DocumentDB: mapping,
  DynamoDB: mapping,
  IoTRule: 'AWS::IoT::TopicRule',
  Kinesis: mapping,
  MQ: mapping,
  MSK: mapping,
  SQS: mapping,
  SelfManagedKafka: mapping,
};

/** The property that names the source, for emulated events of streams and queues. */
const sourceOfEvent: Readonly<Record<string, string>> = { DynamoDB: 'Stream', SQS: 'Queue' };

/**
 * Makes the resources of a function's events: rules, subscriptions, event source mappings, their
 * dead-letter queues, and the permissions to invoke the function (samtranslator/model/eventsources
 * of SAM translator 1.115).
 *
 * @param invoked the logical id of the function or of its alias
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
    const known = pushedEvents[event.type];
    if (known !== undefined) {
      checkNames(event.properties, known, event.path, context.diagnostics);
    }
    const arn: JsonObject = invoked === entry.logicalId ? functionArn : { Ref: invoked };
    const pushed = pushedEventResources(event, {
      ...{ logicalId: entry.logicalId, arn, isFifo: isFifoTopic(event, context) },
    });
    for (const { logicalId, type: madeType, properties, writtenAs } of pushed) {
      entries.push(
        generated(entry, logicalId, madeType, {
          ...{ properties, path: event.path, ...(writtenAs && { writtenAs }) },
        }),
      );
    }
    if (type === mapping || !needsPermission(event)) continue;
    const permissionId = event.type === 'Cognito' ? `${entry.logicalId}Cognito` : id;
    const permission = generated(entry, `${permissionId}Permission`, 'AWS::Lambda::Permission', {
      properties: permissionOfEvent(event, invoked),
    });
    entries.push(permission);
    // The stage's name or a hash of it follows.
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

/**
 * Tells whether the topic of an `SNS` event is a FIFO topic of the template. SAM then makes a FIFO
 * queue for it.
 */
function isFifoTopic({ properties }: FunctionEvent, { written }: ExpansionContext): boolean {
  const { Topic: topic } = properties;
  const topicId = isObject(topic) ? topic.Ref : undefined;
  return written.find(({ logicalId }) => logicalId === topicId)?.properties.FifoTopic === true;
}

/**
 * Makes the queue of a `DeadLetterConfig` with the type SQS, and its policy for EventBridge's
 * rules.
 */
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
