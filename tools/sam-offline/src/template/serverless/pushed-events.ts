import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import type { FunctionEvent } from './events.ts';

/**
 * A resource that SAM makes from an event: its members that differ from those of other generated
 * resources.
 */
export interface EventResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly writtenAs?: ResourceEntry['writtenAs'];
}

/** The function of an event. */
export interface EventTarget {
  readonly logicalId: string;
  /** The ARN that is invoked: that of the function, or of its alias. */
  readonly arn: JsonObject;
  /** Whether the event's topic is a FIFO topic. */
  readonly isFifo: boolean;
}

/**
 * Makes the resources that SAM makes from a function's event of the types `SNS`, `Schedule`,
 * `ScheduleV2`, `CloudWatchEvent` and `EventBridgeRule`, without the permission
 * (samtranslator/model/eventsources/push.py and scheduler.py of SAM translator 1.110). Events of
 * other types make nothing here.
 */
export function pushedEventResources(event: FunctionEvent, target: EventTarget): EventResource[] {
  switch (event.type) {
    case 'SNS':
      return ofTopic(event, target);
    case 'Schedule':
    case 'CloudWatchEvent':
    case 'EventBridgeRule':
      return ofRule(event, target);
    case 'ScheduleV2':
      return ofSchedule(event, target);
    default:
      return [];
  }
}

/**
 * Tells whether SAM makes a permission for the event's service. There is none if a queue is between
 * the service and the function.
 */
export function needsPermission({ type, properties }: FunctionEvent): boolean {
  if (type === 'ScheduleV2') return false;
  return type !== 'SNS' || !hasQueue(properties.SqsSubscription);
}

function hasQueue(subscription: Json | undefined): boolean {
  return subscription === true || subscription === 'true' || isObject(subscription);
}

function ofTopic({ name, properties }: FunctionEvent, target: EventTarget): EventResource[] {
  const { Topic: topic = null, SqsSubscription: sqs, ...rest } = properties;
  const id = `${target.logicalId}${name}`;
  const subscription = (protocol: string, endpoint: Json): EventResource => ({
    logicalId: id,
    type: 'AWS::SNS::Subscription',
    properties: { Protocol: protocol, Endpoint: endpoint, TopicArn: topic, ...rest },
    writtenAs: { TopicArn: 'Topic' },
  });
  if (sqs === undefined || !hasQueue(sqs)) return [subscription('lambda', target.arn)];

  const own = `${id}Queue`;
  const given: JsonObject = isObject(sqs)
    ? sqs
    : { QueueArn: getAtt(own, 'Arn'), QueueUrl: { Ref: own } };
  const { QueueArn: queueArn = null, QueueUrl: queueUrl = null } = given;
  const policyId = given.QueuePolicyLogicalId;
  return [
    ...(isObject(sqs)
      ? []
      : [
          {
            ...{ logicalId: own, type: 'AWS::SQS::Queue' },
            properties: target.isFifo ? { FifoQueue: true } : {},
          },
        ]),
    {
      logicalId: typeof policyId === 'string' ? policyId : `${id}QueuePolicy`,
      type: 'AWS::SQS::QueuePolicy',
      properties: queuePolicy('sns.amazonaws.com', queueArn, queueUrl, topic),
    },
    subscription('sqs', queueArn),
    {
      logicalId: `${id}EventSourceMapping`,
      type: 'AWS::Lambda::EventSourceMapping',
      properties: {
        FunctionName: target.arn,
        EventSourceArn: queueArn,
        BatchSize: given.BatchSize ?? 10,
        ...(given.Enabled !== undefined && { Enabled: given.Enabled }),
      },
      // The name tells the reader that this is the source of a mapping that is polled.
      writtenAs: { EventSourceArn: 'Queue' },
    },
  ];
}

function ofRule({ name, type, properties }: FunctionEvent, target: EventTarget): EventResource[] {
  const id = `${target.logicalId}${name}`;
  const isSchedule = type === 'Schedule';
  const { Input, InputPath, InputTransformer, RetryPolicy, Target } = properties;
  const dead = deadLetters(id, properties.DeadLetterConfig, getAtt(id, 'Arn'));
  const targetId = isObject(Target) ? Target.Id : undefined;
  return [
    {
      logicalId: id,
      type: 'AWS::Events::Rule',
      properties: {
        ...definedOf(properties, ['State', 'Description', 'EventBusName']),
        ...(isSchedule
          ? {
              ...renamed(properties, 'Schedule', 'ScheduleExpression'),
              ...definedOf(properties, ['Name']),
            }
          : {
              ...renamed(properties, 'Pattern', 'EventPattern'),
              ...renamed(properties, 'RuleName', 'Name'),
            }),
        ...(properties.Enabled !== undefined && {
          State:
            properties.Enabled === true || properties.Enabled === 'true' ? 'ENABLED' : 'DISABLED',
        }),
        Targets: [
          {
            Arn: target.arn,
            Id: targetId ?? `${id}LambdaTarget`.slice(0, 64),
            ...present({ Input, InputPath, InputTransformer, RetryPolicy }),
            ...dead.config,
          },
        ],
      },
      writtenAs: isSchedule
        ? { ScheduleExpression: 'Schedule' }
        : { EventPattern: 'Pattern', Name: 'RuleName' },
    },
    ...dead.made,
  ];
}

function ofSchedule({ name, properties }: FunctionEvent, target: EventTarget): EventResource[] {
  const id = `${target.logicalId}${name}`;
  const { Input, RetryPolicy, RoleArn: roleArn, DeadLetterConfig: config } = properties;
  const queueId = isObject(config) ? (config.QueueLogicalId ?? `${id}Queue`) : `${id}Queue`;
  const makesQueue = isObject(config) && config.Arn === undefined && typeof queueId === 'string';
  const deadArn: Json | undefined = makesQueue
    ? getAtt(queueId, 'Arn')
    : isObject(config)
      ? config.Arn
      : undefined;
  const role: EventResource = {
    logicalId: `${id}Role`,
    type: 'AWS::IAM::Role',
    properties: {
      Policies: [
        policy(`${id}LambdaPolicy`, 'lambda:InvokeFunction', target.arn),
        ...(deadArn === undefined ? [] : [policy(`${id}SQSPolicy`, 'sqs:SendMessage', deadArn)]),
      ],
      ...definedOf(properties, ['PermissionsBoundary']),
    },
  };
  return [
    {
      logicalId: id,
      type: 'AWS::Scheduler::Schedule',
      properties: {
        ...definedOf(properties, [
          ...['ScheduleExpression', 'ScheduleExpressionTimezone', 'State', 'Description'],
          ...['StartDate', 'EndDate', 'GroupName', 'KmsKeyArn'],
        ]),
        FlexibleTimeWindow: properties.FlexibleTimeWindow ?? { Mode: 'OFF' },
        ...(properties.OmitName !== true && { Name: properties.Name ?? id }),
        Target: {
          Arn: target.arn,
          RoleArn: roleArn ?? getAtt(`${id}Role`, 'Arn'),
          ...present({ Input, RetryPolicy }),
          ...(deadArn !== undefined && { DeadLetterConfig: { Arn: deadArn } }),
        },
      },
    },
    ...(roleArn === undefined ? [role] : []),
    ...(makesQueue ? [{ logicalId: queueId, type: 'AWS::SQS::Queue', properties: {} }] : []),
  ];
}

/** Makes the queue of a `DeadLetterConfig` with a `Type`, and its policy for EventBridge. */
function deadLetters(
  id: string,
  config: Json | undefined,
  ruleArn: JsonObject,
): { readonly config: JsonObject; readonly made: EventResource[] } {
  if (!isObject(config)) return { config: {}, made: [] };
  if (config.Arn !== undefined)
    return { config: { DeadLetterConfig: { Arn: config.Arn } }, made: [] };
  const given = config.QueueLogicalId;
  const queueId = typeof given === 'string' ? given : `${id}Queue`;
  const arn = getAtt(queueId, 'Arn');
  return {
    config: { DeadLetterConfig: { Arn: arn } },
    made: [
      { logicalId: queueId, type: 'AWS::SQS::Queue', properties: {} },
      {
        logicalId: `${id}QueuePolicy`,
        type: 'AWS::SQS::QueuePolicy',
        properties: queuePolicy('events.amazonaws.com', arn, { Ref: queueId }, ruleArn),
      },
    ],
  };
}

function queuePolicy(service: string, queueArn: Json, queueUrl: Json, source: Json): JsonObject {
  return {
    Queues: [queueUrl],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sqs:SendMessage',
          Resource: queueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': source } },
        },
      ],
    },
  };
}

function policy(name: string, action: string, resource: Json): JsonObject {
  return {
    PolicyName: name,
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
    },
  };
}

function getAtt(logicalId: string, attribute: string): JsonObject {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

function definedOf(properties: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = properties[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function renamed(properties: JsonObject, from: string, to: string): JsonObject {
  const value = properties[from];
  return value === undefined ? {} : { [to]: value };
}

function present(properties: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
