import type { Schedule, ScheduleGroup, ScheduleTarget } from '../model.ts';
import { schedule as scheduleProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { deliveryOf, jsonText } from './event-buses.ts';
import { roleNamed } from './roles.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads all schedules of EventBridge Scheduler. */
export function schedulesOf(resources: StackResources): Schedule[] {
  return resources.ofType('AWS::Scheduler::Schedule').flatMap((entry) => {
    const properties = resources.read(entry);
    if (entry.generatedBy === undefined) properties.check(scheduleProperties);
    const expression = properties.requiredText('ScheduleExpression', 'an expression');
    const target = properties.map('Target');
    if (target === undefined && !properties.has('Target')) {
      properties.requiredText('Target', 'a target');
    }
    const made = target && targetOf(target);
    if (expression === undefined || made === undefined || target === undefined) return [];
    const timeZone = properties.text('ScheduleExpressionTimezone');
    const startMs = timeOf(properties, 'StartDate');
    const endMs = timeOf(properties, 'EndDate');
    const roleArn = target.requiredText('RoleArn', 'the ARN of a role');
    const window = properties.map('FlexibleTimeWindow');
    const minutes =
      window?.text('Mode') === 'FLEXIBLE'
        ? window.number('MaximumWindowInMinutes', { minimum: 1, maximum: 1440 })
        : 0;
    return [
      {
        logicalId: entry.logicalId,
        name: resources.ref(entry),
        groupName: properties.text('GroupName') ?? 'default',
        arn: resources.attribute(entry, 'Arn') ?? '',
        expression,
        ...(timeZone !== undefined && { timeZone }),
        enabled: properties.text('State') !== 'DISABLED',
        ...(startMs !== undefined && { startMs }),
        ...(endMs !== undefined && { endMs }),
        flexibleWindowMs: (minutes ?? 0) * 60_000,
        target: made,
        ...(roleArn !== undefined && { role: roleNamed(roleArn, resources) }),
      },
    ];
  });
}

/** Reads all schedule groups of EventBridge Scheduler. */
export function scheduleGroupsOf(resources: StackResources): ScheduleGroup[] {
  return resources.ofType('AWS::Scheduler::ScheduleGroup').map((entry) => ({
    logicalId: entry.logicalId,
    name: resources.ref(entry),
    arn: resources.attribute(entry, 'Arn') ?? '',
  }));
}

function targetOf(target: Reader): ScheduleTarget | undefined {
  const arn = target.requiredText('Arn', 'an ARN');
  if (arn === undefined) return undefined;
  if (!/^arn:[\w-]+:(?:lambda|sqs|sns|events):|^arn:[\w-]+:scheduler:::aws-sdk:/.test(arn)) {
    target.diagnostics.warn(target.at('Arn'), `nothing is sent to ${arn}: it is not emulated`);
  }
  const input = target.value('Input');
  const messageGroupId = target.map('SqsParameters')?.text('MessageGroupId');
  const bridge = target.map('EventBridgeParameters');
  return {
    arn,
    ...(input !== undefined && { input: jsonText(input) }),
    ...deliveryOf(target),
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(bridge !== undefined && {
      eventBridge: {
        detailType: bridge.requiredText('DetailType') ?? '',
        source: bridge.requiredText('Source') ?? '',
      },
    }),
  };
}

function timeOf(properties: Reader, name: string): number | undefined {
  const text = properties.text(name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  properties.expected(name, 'a time in ISO 8601');
  return undefined;
}
