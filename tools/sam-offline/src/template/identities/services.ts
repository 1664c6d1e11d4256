import type { Json } from '../json.ts';
import { arn, generatedId, generatedUuid, physicalName } from '../names.ts';
import type { Identity, IdentityContext } from './identity.ts';
import { textOf } from './identity.ts';

type Identify = (context: IdentityContext) => Identity;

/** Bucket names are in lower case and globally unique. */
const bucket: Identify = (context) => {
  const { stack, entry } = context;
  const made = physicalName(stack, entry.logicalId, 63).toLowerCase();
  const name = textOf(context, 'BucketName') ?? made;
  return {
    ref: name,
    attributes: {
      Arn: `arn:${stack.partition}:s3:::${name}`,
      DomainName: `${name}.s3.${stack.urlSuffix}`,
      DualStackDomainName: `${name}.s3.dualstack.${stack.region}.${stack.urlSuffix}`,
      RegionalDomainName: `${name}.s3.${stack.region}.${stack.urlSuffix}`,
      WebsiteURL: `http://${name}.s3-website-${stack.region}.${stack.urlSuffix}`,
    },
  };
};

const topic: Identify = (context) => {
  const { stack, entry } = context;
  const suffix = context.resolve('FifoTopic') === true ? '.fifo' : '';
  const made = `${physicalName(stack, entry.logicalId, 256 - suffix.length)}${suffix}`;
  const name = textOf(context, 'TopicName') ?? made;
  const topicArn = arn(stack, 'sns', name);
  return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
};

const subscription: Identify = (context) => {
  const { stack, entry } = context;
  const id = generatedUuid(stack, entry.logicalId);
  const value = `${textOf(context, 'TopicArn') ?? arn(stack, 'sns', 'topic')}:${id}`;
  return { ref: value, attributes: { Arn: value } };
};

const eventBus: Identify = (context) => {
  const { stack, entry } = context;
  const name = textOf(context, 'Name') ?? physicalName(stack, entry.logicalId);
  return { ref: name, attributes: { Arn: arn(stack, 'events', `event-bus/${name}`), Name: name } };
};

/** The id of a rule on another bus than the default one begins with the bus's name. */
const rule: Identify = (context) => {
  const { stack, entry } = context;
  const name = textOf(context, 'Name') ?? physicalName(stack, entry.logicalId, 64);
  const bus = busName(textOf(context, 'EventBusName'));
  const isDefault = bus === 'default';
  return {
    ref: isDefault ? name : `${bus}|${name}`,
    attributes: { Arn: arn(stack, 'events', isDefault ? `rule/${name}` : `rule/${bus}/${name}`) },
  };
};

/**
 * Gives the name of an event bus.
 * @param nameOrArn a name or an ARN; without it, the default bus
 */
export function busName(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
}

const schedule: Identify = (context) => {
  const { stack, entry } = context;
  const name = textOf(context, 'Name') ?? physicalName(stack, entry.logicalId, 64);
  const group = textOf(context, 'GroupName') ?? 'default';
  return { ref: name, attributes: { Arn: arn(stack, 'scheduler', `schedule/${group}/${name}`) } };
};

const scheduleGroup: Identify = (context) => {
  const { stack, entry } = context;
  const name = textOf(context, 'Name') ?? physicalName(stack, entry.logicalId, 64);
  const value: Json = arn(stack, 'scheduler', `schedule-group/${name}`);
  const time = '2026-01-01T00:00:00.000Z';
  return {
    ref: name,
    attributes: { Arn: value, State: 'ACTIVE', CreationDate: time, LastModificationDate: time },
  };
};

const parameter: Identify = (context) => {
  const { stack, entry } = context;
  const name = textOf(context, 'Name') ?? `CFN-${physicalName(stack, entry.logicalId)}`;
  return {
    ref: name,
    attributes: {
      Type: context.resolve('Type') ?? 'String',
      Value: context.resolve('Value') ?? '',
    },
  };
};

/** The ARN of a secret ends with six random characters. */
const secret: Identify = (context) => {
  const { stack, entry } = context;
  const name = textOf(context, 'Name') ?? physicalName(stack, entry.logicalId);
  const suffix = generatedId(stack, entry.logicalId, 6);
  const value = arn(stack, 'secretsmanager', `secret:${name}-${suffix}`);
  return { ref: value, attributes: { Id: value } };
};

export const services: Readonly<Record<string, Identify>> = {
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::Rule': rule,
  'AWS::S3::Bucket': bucket,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SSM::Parameter': parameter,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
  'AWS::SecretsManager::Secret': secret,
};
