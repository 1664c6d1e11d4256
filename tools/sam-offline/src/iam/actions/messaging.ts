import { listOf, recordOf, textOf, type NeededPermission, type ServiceCall } from './call.ts';

/**
 * Gives the permission that a call to SNS needs. The resource is the topic, if the call names one.
 */
export function snsPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const action = `sns:${operation === 'PublishBatch' ? 'Publish' : operation}`;
  const name = textOf(input.Name);
  const created = name === undefined ? undefined : `arn:aws:sns:${region}:${accountId}:${name}`;
  // The ARN of a subscription is the topic's ARN followed by an id.
  const subscription = textOf(input.SubscriptionArn)?.split(':').slice(0, 6).join(':');
  const topic = textOf(input.TopicArn) ?? textOf(input.TargetArn) ?? textOf(input.ResourceArn);
  return [{ action, resource: topic ?? subscription ?? created ?? '*' }];
}

/**
 * Gives the permissions that a call to EventBridge needs. `PutEvents` needs one for each bus that
 * it names.
 */
export function eventsPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const base = `arn:aws:events:${region}:${accountId}:`;
  const busArn = (bus: string): string =>
    bus.startsWith('arn:') ? bus : `${base}event-bus/${bus}`;
  if (operation === 'PutEvents') {
    const entries = listOf(input.Entries).map(recordOf);
    const buses = new Set(entries.map((entry) => textOf(entry.EventBusName) ?? 'default'));
    return [...buses].map((bus) => ({
      action: 'events:PutEvents',
      resource: busArn(bus),
      context: () => ({
        'events:source': entries.map(({ Source }) => textOf(Source) ?? ''),
        'events:detail-type': entries.map(({ DetailType }) => textOf(DetailType) ?? ''),
      }),
    }));
  }
  const action = `events:${operation}`;
  const bus = textOf(input.EventBusName)?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
  const name = textOf(input.Rule) ?? textOf(input.Name);
  if (name === undefined) return [{ action, resource: '*' }];
  if (operation.endsWith('EventBus')) return [{ action, resource: busArn(name) }];
  const rule = bus === 'default' ? name : `${bus}/${name}`;
  return [{ action, resource: `${base}rule/${rule}` }];
}

/**
 * Gives the permissions that a call to EventBridge Scheduler needs. The resource is a schedule or a
 * group.
 */
export function schedulerPermissions(call: ServiceCall): NeededPermission[] {
  const { operation, input, region, accountId } = call;
  const name = textOf(input.Name);
  const base = `arn:aws:scheduler:${region}:${accountId}:`;
  const action = `scheduler:${operation}`;
  if (name === undefined) return [{ action, resource: '*' }];
  const resource = operation.endsWith('Group')
    ? `schedule-group/${name}`
    : `schedule/${textOf(input.GroupName) ?? 'default'}/${name}`;
  const role = textOf(recordOf(input.Target).RoleArn);
  return [
    { action, resource: `${base}${resource}` },
    // Who makes a schedule has to be allowed to pass its role:
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
    ...(role === undefined ? [] : [{ action: 'iam:PassRole', resource: role }]),
  ];
}
