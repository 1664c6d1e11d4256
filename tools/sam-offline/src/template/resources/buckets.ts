import type { ResourceEntry } from '../entries.ts';
import { isObject, type Json } from '../json.ts';
import type { Bucket, BucketCorsRule, BucketNotification } from '../model.ts';
import { generatedUuid } from '../names.ts';
import { bucket as bucketProperties, bucketNotifications } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { eventsOf } from '../serverless/index.ts';
import { functionTypes, type StackResources } from './stack-resources.ts';

/** Reads all buckets of the stack, with the notifications that functions' `S3` events add. */
export function bucketsOf(resources: StackResources): Bucket[] {
  return resources.ofType('AWS::S3::Bucket').map((entry) => {
    const properties = resources.read(entry).check(bucketProperties);
    properties.text('BucketName');
    const configuration = properties.map('NotificationConfiguration')?.check(bucketNotifications);
    const access = properties.map('PublicAccessBlockConfiguration');
    const acl = publicAclOf(properties, access);
    return {
      logicalId: entry.logicalId,
      bucketName: resources.ref(entry),
      arn: resources.attribute(entry, 'Arn') ?? '',
      notifications: [
        ...notificationsOf(entry, configuration, resources),
        ...notificationsOfFunctions(entry, resources),
      ],
      sendsToEventBridge: sendsToEventBridge(configuration),
      cors: corsOf(properties),
      // New buckets block public access:
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
      allowsPublicPolicy:
        access !== undefined &&
        access.boolean('BlockPublicPolicy') !== true &&
        access.boolean('RestrictPublicBuckets') !== true,
      ...(acl !== undefined && { publicAcl: acl }),
    };
  });
}

const LISTS = [
  ['LambdaConfigurations', 'Function'],
  ['QueueConfigurations', 'Queue'],
  ['TopicConfigurations', 'Topic'],
] as const;

function notificationsOf(
  entry: ResourceEntry,
  configuration: Reader | undefined,
  resources: StackResources,
): BucketNotification[] {
  return LISTS.flatMap(([list, target]) =>
    (configuration?.maps(list) ?? []).flatMap((each, index) => {
      const event = each.requiredText('Event', 'an event such as s3:ObjectCreated:*');
      const targetArn = each.requiredText(target, 'an ARN');
      if (event === undefined || targetArn === undefined) return [];
      const id = generatedUuid(resources.stack, `${entry.logicalId}/${list}/${index}`);
      return [{ id, event, targetArn, ...filterOf(each.value('Filter')) }];
    }),
  );
}

/**
 * Reads `prefix` and `suffix` from `S3Key.Rules`. Upper and lower case of the names are the same.
 */
function filterOf(filter: Json | undefined): Pick<BucketNotification, 'prefix' | 'suffix'> {
  const key = isObject(filter) ? filter.S3Key : undefined;
  const rules = isObject(key) ? key.Rules : undefined;
  const found: { prefix?: string; suffix?: string } = {};
  for (const rule of Array.isArray(rules) ? rules : []) {
    if (!isObject(rule) || typeof rule.Name !== 'string') continue;
    const name = rule.Name.toLowerCase();
    const value = typeof rule.Value === 'object' ? '' : String(rule.Value);
    if (name === 'prefix') found.prefix = value;
    if (name === 'suffix') found.suffix = value;
  }
  return found;
}

/**
 * Makes the configurations that SAM adds, one for each item of `Events` in a function's `S3` event.
 */
function notificationsOfFunctions(
  bucket: ResourceEntry,
  resources: StackResources,
): BucketNotification[] {
  return resources.ofType(...functionTypes).flatMap((entry) =>
    eventsOf(entry).flatMap((event) => {
      if (event.type !== 'S3' || refOf(event.properties.Bucket) !== bucket.logicalId) return [];
      const value = (name: string): Json | undefined => {
        const given = event.properties[name];
        if (given === undefined) return undefined;
        const at = [...event.path, name];
        return resources.diagnostics.attempt(() => resources.resolver.resolve(given, at));
      };
      const events = value('Events');
      const filter = filterOf(value('Filter'));
      const targetArn = targetOf(entry, resources);
      return (Array.isArray(events) ? events : [events]).flatMap((name, index) => {
        if (typeof name !== 'string') return [];
        const seed = `${entry.logicalId}/${event.name}/${index}`;
        return [{ id: generatedUuid(resources.stack, seed), event: name, targetArn, ...filter }];
      });
    }),
  );
}

/** Gives the ARN of the alias that SAM makes, else that of the function. */
function targetOf(entry: ResourceEntry, resources: StackResources): string {
  const alias = resources
    .ofType('AWS::Lambda::Alias')
    .find(({ generatedBy }) => generatedBy === entry.logicalId);
  return alias === undefined ? (resources.attribute(entry, 'Arn') ?? '') : resources.ref(alias);
}

function refOf(value: Json | undefined): Json | undefined {
  return isObject(value) ? value.Ref : value;
}

/**
 * Tells whether events are sent to EventBridge. `EventBridgeConfiguration: {}` is enough, because
 * `EventBridgeEnabled` is true by default.
 */
function sendsToEventBridge(configuration: Reader | undefined): boolean {
  if (configuration?.has('EventBridgeConfiguration') !== true) return false;
  return configuration.map('EventBridgeConfiguration')?.boolean('EventBridgeEnabled') ?? true;
}

function corsOf(properties: Reader): BucketCorsRule[] {
  const rules = properties.map('CorsConfiguration')?.maps('CorsRules') ?? [];
  return rules.map((rule) => {
    const id = rule.text('Id');
    const maxAgeSeconds = rule.number('MaxAge', { minimum: 0, maximum: 2_147_483_647 });
    return {
      ...(id !== undefined && { id }),
      allowOrigins: rule.texts('AllowedOrigins') ?? [],
      allowMethods: rule.texts('AllowedMethods') ?? [],
      allowHeaders: rule.texts('AllowedHeaders') ?? [],
      exposeHeaders: rule.texts('ExposedHeaders') ?? [],
      ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    };
  });
}

function publicAclOf(properties: Reader, access: Reader | undefined): Bucket['publicAcl'] {
  const acl = properties.text('AccessControl');
  const isBlocked =
    access === undefined ||
    access.boolean('BlockPublicAcls') === true ||
    access.boolean('IgnorePublicAcls') === true;
  if (acl !== 'PublicRead' && acl !== 'PublicReadWrite') return undefined;
  if (isBlocked) {
    properties.diagnostics.warn(
      properties.at('AccessControl'),
      'the ACL has no effect, because AWS blocks public access unless PublicAccessBlockConfiguration allows it',
    );
    return undefined;
  }
  return acl === 'PublicRead' ? 'read' : 'read-write';
}
