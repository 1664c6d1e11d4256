import type { PolicySource } from '../../iam/index.ts';
import type { ResourceEntry } from '../entries.ts';
import { isObject, type Json } from '../json.ts';
import { busName } from '../identities/index.ts';
import { arn } from '../names.ts';
import type { StackResources } from './stack-resources.ts';

/** A type whose resources are the policies of other resources. */
interface PolicyType {
  readonly type: string;
  /** The property that names the resources. Its value is a list or a single name. */
  readonly names: string;
  /** Gives the ARN of the resource with a name. */
  readonly arnOf: (name: string, resources: StackResources) => string | undefined;
}

const queueArn: PolicyType['arnOf'] = (url, resources) => {
  const queue = resources.byRef(url, 'AWS::SQS::Queue');
  return queue && resources.attribute(queue, 'Arn');
};
const itself: PolicyType['arnOf'] = (name) => name;

const POLICY_TYPES: readonly PolicyType[] = [
  { type: 'AWS::SQS::QueuePolicy', names: 'Queues', arnOf: queueArn },
  { type: 'AWS::SQS::QueueInlinePolicy', names: 'Queue', arnOf: queueArn },
  { type: 'AWS::SNS::TopicPolicy', names: 'Topics', arnOf: itself },
  { type: 'AWS::SNS::TopicInlinePolicy', names: 'TopicArn', arnOf: itself },
  {
    type: 'AWS::S3::BucketPolicy',
    names: 'Bucket',
    arnOf: (name, { stack }) => `arn:${stack.partition}:s3:::${name}`,
  },
  { type: 'AWS::SecretsManager::ResourcePolicy', names: 'SecretId', arnOf: itself },
];

/**
 * Reads the policies of the stack's queues, topics, buckets, event buses and secrets, by the ARN of
 * the resource.
 */
export function resourcePoliciesOf(resources: StackResources): Map<string, PolicySource> {
  const policies = new Map<string, PolicySource>();
  for (const { type, names, arnOf } of POLICY_TYPES) {
    for (const entry of resources.ofType(type)) {
      const properties = resources.read(entry);
      const property = properties.has('PolicyDocument') ? 'PolicyDocument' : 'ResourcePolicy';
      const line = resources.diagnostics.lineOf(properties.at(property));
      for (const name of properties.texts(names) ?? []) {
        const policyOf = arnOf(name, resources);
        if (policyOf === undefined) continue;
        policies.set(policyOf, {
          name: entry.logicalId,
          document: properties.json(property),
          ...(line !== undefined && { line }),
        });
      }
    }
  }
  for (const [busArn, source] of busPoliciesOf(resources)) policies.set(busArn, source);
  return policies;
}

/** Reads the policies of event buses. Each `AWS::Events::EventBusPolicy` is one statement. */
function busPoliciesOf(resources: StackResources): Map<string, PolicySource> {
  const statements = new Map<string, Json[]>();
  for (const entry of resources.ofType('AWS::Events::EventBusPolicy')) {
    const properties = resources.read(entry);
    const statement = properties.json('Statement');
    const bus = arn(
      resources.stack,
      'events',
      `event-bus/${busName(properties.text('EventBusName'))}`,
    );
    const document = isObject(statement) ? statement : shortStatement(entry, resources, bus);
    statements.set(bus, [...(statements.get(bus) ?? []), document]);
  }
  return new Map(
    [...statements].map(([bus, list]) => [
      bus,
      {
        name: `the policy of ${bus.split('/').at(-1) ?? bus}`,
        document: { Version: '2012-10-17', Statement: list },
      },
    ]),
  );
}

/** Makes a statement from the form with `Action` and `Principal`, which is an account. */
function shortStatement(entry: ResourceEntry, resources: StackResources, bus: string): Json {
  const properties = resources.read(entry);
  const principal = properties.text('Principal') ?? '*';
  return {
    Effect: 'Allow',
    Action: properties.text('Action') ?? 'events:PutEvents',
    Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
    Resource: bus,
  };
}
