import type { Alarm, LambdaFunction, Topic } from '../template/index.ts';
import type { AlarmStatus } from './alarm-status.ts';
import { topicMessage } from './topic-message.ts';

/** Notifies the targets of a state. */
export interface ActionTargets {
  readonly region: string;
  readonly accountId: string;
  readonly functions: readonly Pick<LambdaFunction, 'arn' | 'logicalId'>[];
  readonly invokeAsync: (logicalId: string, payload: Buffer) => void;
  /** The topics of the stack. Absent if it has none. */
  readonly topics?: readonly Pick<Topic, 'arn'>[];
  readonly publish?: (topicArn: string, subject: string, message: string, alarmArn: string) => void;
}

/**
 * Notifies a target.
 *
 * @returns undefined if the target was notified, otherwise the reason why not
 */
export function performAction(
  arn: string,
  status: AlarmStatus,
  previous: AlarmStatus,
  targets: ActionTargets,
): string | undefined {
  const { region, accountId, functions, invokeAsync, topics = [], publish } = targets;
  if (publish !== undefined && topics.some((topic) => topic.arn === arn)) {
    const { subject, message } = topicMessage(status, previous, { region, accountId });
    publish(arn, subject, message, status.alarm.arn);
    return undefined;
  }
  const target = functionOf(arn, functions);
  if (target === undefined) return 'sam-offline does not emulate the target of the action';
  const { alarm } = status;
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
  const event = {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId,
    time: offsetTime(status.transitionedMs),
    region,
    alarmData: {
      alarmName: alarm.alarmName,
      state: stateOf(status),
      previousState: stateOf(previous),
      configuration: configurationOf(alarm),
    },
  };
  invokeAsync(target.logicalId, Buffer.from(JSON.stringify(event)));
  return undefined;
}

/** ARNs of actions whose targets are not emulated, with the alarms that have them. */
export function actionsWithoutTarget(
  alarms: readonly Alarm[],
  { functions, topics = [] }: Pick<ActionTargets, 'functions' | 'topics'>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { alarmName, actions } of alarms) {
    for (const arn of Object.values(actions).flat()) {
      const isKnown = topics.some((topic) => topic.arn === arn);
      if (isKnown || functionOf(arn, functions) !== undefined) continue;
      found.set(arn, (found.get(arn) ?? new Set()).add(alarmName));
    }
  }
  return new Map([...found].map(([arn, names]) => [arn, [...names]]));
}

/** A function's ARN may end in a version or an alias. */
function functionOf(arn: string, functions: ActionTargets['functions']) {
  return functions.find((each) => arn === each.arn || arn.startsWith(`${each.arn}:`));
}

function stateOf({ state, reason, reasonData, transitionedMs }: AlarmStatus) {
  return { value: state, reason, reasonData, timestamp: offsetTime(transitionedMs) };
}

function configurationOf(alarm: Alarm) {
  const { description } = alarm;
  if (alarm.type === 'composite') {
    return { description, alarmRule: alarm.rule, actionsSuppressor: alarm.suppressor?.alarm };
  }
  return {
    description,
    metrics: alarm.queries.map(({ id, expression, metricStat, returnData, label }) => ({
      ...{ id, expression, label, returnData },
      metricStat: metricStat && {
        metric: {
          namespace: metricStat.namespace,
          name: metricStat.name,
          dimensions: metricStat.dimensions,
        },
        ...{ period: metricStat.periodSeconds, stat: metricStat.stat, unit: metricStat.unit },
      },
    })),
  };
}

/** `2026-11-25T14:05:00.000+0000`, as CloudWatch writes times in these events. */
function offsetTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}
