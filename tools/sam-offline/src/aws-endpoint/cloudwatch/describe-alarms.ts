import { z } from 'zod';
import type { AlarmStatus } from '../../alarms/index.ts';
import { parseAlarmRule, alarmNameOf } from '../../alarms/index.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from '../../template/index.ts';
import { integerScalar, operation, pageToken, readPageToken } from '../protocol/index.ts';
import { invalidCombination, invalidNextToken } from './errors.ts';
import { dimensionsInput, metricNameInput, namespaceInput, text, unitInput } from './inputs.ts';
import { dimensionsOutput } from './list-metrics.ts';
import type { CloudWatchTarget } from './target.ts';

const MAXIMUM_RECORDS = 100;
const DEFAULT_RECORDS = 50;

export const alarmTypesInput = z
  .array(z.enum(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'], 'is not a type of alarm'))
  .optional();

export const recordsInput = integerScalar
  .refine((count) => count >= 1 && count <= MAXIMUM_RECORDS, `is not from 1 to ${MAXIMUM_RECORDS}`)
  .optional();

const describeAlarmsInput = z.object({
  AlarmNames: z.array(text(255)).max(100, 'has more than 100 names').optional(),
  AlarmNamePrefix: text(255).optional(),
  AlarmTypes: alarmTypesInput,
  ChildrenOfAlarmName: text(255).optional(),
  ParentsOfAlarmName: text(255).optional(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'], 'is not a state').optional(),
  ActionPrefix: text(1024).optional(),
  MaxRecords: recordsInput,
  NextToken: z.string('is not a string').optional(),
});
type Request = z.output<typeof describeAlarmsInput>;

/**
 * Makes `DescribeAlarms`. As on AWS, it returns composite alarms only if `AlarmTypes` contains
 * their type.
 */
export function describeAlarms({ alarms }: CloudWatchTarget) {
  return operation(describeAlarmsInput, ({ NextToken: token, MaxRecords: limit, ...request }) => {
    if (request.AlarmNames !== undefined && request.AlarmNamePrefix !== undefined) {
      throw invalidCombination('AlarmNames and AlarmNamePrefix cannot both be given.');
    }
    const after = token === undefined ? '' : readPageToken(token, request);
    if (typeof after !== 'string') throw invalidNextToken();
    const rest = alarms.statuses
      .filter((status) => isWanted(status, request, alarms.statuses))
      .filter(({ alarm }) => alarm.alarmName > after)
      .sort((a, b) => (a.alarm.alarmName < b.alarm.alarmName ? -1 : 1));
    const page = rest.slice(0, limit ?? DEFAULT_RECORDS);
    return {
      MetricAlarms: page.flatMap((status) => metricAlarmOutput(status) ?? []),
      CompositeAlarms: page.flatMap((status) => compositeAlarmOutput(status) ?? []),
      NextToken:
        rest.length > page.length
          ? pageToken(page.at(-1)?.alarm.alarmName ?? '', request)
          : undefined,
    };
  });
}

function isWanted(
  { alarm, state }: AlarmStatus,
  request: Omit<Request, 'NextToken' | 'MaxRecords'>,
  all: readonly AlarmStatus[],
): boolean {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child, ActionPrefix: action } = request;
  const type = alarm.type === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
  // A request for parents or children gets both types, and one for names gets the alarms' type.
  const types = request.AlarmTypes ?? ((parent ?? child) ? [type] : ['MetricAlarm']);
  const parentAlarm = all.find((each) => each.alarm.alarmName === parent)?.alarm;
  return (
    types.includes(type) &&
    (request.AlarmNames?.includes(alarm.alarmName) ?? true) &&
    alarm.alarmName.startsWith(request.AlarmNamePrefix ?? '') &&
    (request.StateValue ?? state) === state &&
    (action === undefined ||
      Object.values(alarm.actions)
        .flat()
        .some((arn) => arn.startsWith(action))) &&
    (parent === undefined || childrenOf(parentAlarm).includes(alarm.alarmName)) &&
    (child === undefined || childrenOf(alarm).includes(child))
  );
}

function childrenOf(alarm: Alarm | undefined): readonly string[] {
  if (alarm?.type !== 'composite') return [];
  const { suppressor } = alarm;
  return [
    ...namesOfRule(alarm.rule),
    ...(suppressor === undefined ? [] : [alarmNameOf(suppressor.alarm)]),
  ];
}

/** An invalid rule was already reported at the start. */
function namesOfRule(rule: string): readonly string[] {
  try {
    return parseAlarmRule(rule).alarmNames;
  } catch {
    return [];
  }
}

const describeAlarmsForMetricInput = z.object({
  Namespace: namespaceInput,
  MetricName: metricNameInput,
  Dimensions: dimensionsInput.optional(),
  Statistic: text(100).optional(),
  ExtendedStatistic: text(100).optional(),
  Period: integerScalar.optional(),
  Unit: unitInput.optional(),
});

/**
 * Makes `DescribeAlarmsForMetric`. As on AWS, an alarm with metric math is not found by the metrics
 * in its expression.
 */
export function describeAlarmsForMetric({ alarms }: CloudWatchTarget) {
  return operation(describeAlarmsForMetricInput, (request) => {
    const stat = request.Statistic ?? request.ExtendedStatistic;
    const wanted = JSON.stringify(Object.entries(request.Dimensions ?? {}).sort());
    return {
      MetricAlarms: alarms.statuses
        .filter(({ alarm }) => {
          const metric =
            alarm.type === 'metric' && !alarm.isMath ? alarm.queries[0]?.metricStat : undefined;
          return (
            metric?.namespace === request.Namespace &&
            metric.name === request.MetricName &&
            JSON.stringify(Object.entries(metric.dimensions).sort()) === wanted &&
            (stat ?? metric.stat) === metric.stat &&
            (request.Period ?? metric.periodSeconds) === metric.periodSeconds &&
            (request.Unit ?? metric.unit) === metric.unit
          );
        })
        .flatMap((status) => metricAlarmOutput(status) ?? []),
    };
  });
}

function commonOutput({ alarm, ...status }: AlarmStatus) {
  return {
    AlarmName: alarm.alarmName,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    ActionsEnabled: status.actionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: status.state,
    StateReason: status.reason.slice(0, 1023),
    StateReasonData: status.reasonData,
    StateUpdatedTimestamp: new Date(status.updatedMs),
    StateTransitionedTimestamp: new Date(status.transitionedMs),
  };
}

function metricAlarmOutput(status: AlarmStatus) {
  const { alarm } = status;
  if (alarm.type !== 'metric') return undefined;
  return {
    ...commonOutput(status),
    ...watchedOutput(alarm),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    TreatMissingData: alarm.treatMissingData,
    EvaluationState: status.evaluationError === undefined ? undefined : 'EVALUATION_ERROR',
  };
}

function watchedOutput(alarm: MetricAlarm) {
  const [only] = alarm.queries;
  if (!alarm.isMath && only?.metricStat !== undefined) {
    const { namespace, name, dimensions, periodSeconds, stat, unit } = only.metricStat;
    const isBasic = /^(?:SampleCount|Average|Sum|Minimum|Maximum)$/.test(stat);
    return {
      ...{ Namespace: namespace, MetricName: name, Dimensions: dimensionsOutput(dimensions) },
      ...{ Period: periodSeconds, Unit: unit },
      ...(isBasic ? { Statistic: stat } : { ExtendedStatistic: stat }),
    };
  }
  return {
    Metrics: alarm.queries.map(
      ({ id, label, expression, metricStat, periodSeconds, returnData }) => ({
        ...{
          Id: id,
          Label: label,
          Expression: expression,
          Period: periodSeconds,
          ReturnData: returnData,
        },
        MetricStat: metricStat && {
          Metric: {
            Namespace: metricStat.namespace,
            MetricName: metricStat.name,
            Dimensions: dimensionsOutput(metricStat.dimensions),
          },
          ...{ Period: metricStat.periodSeconds, Stat: metricStat.stat, Unit: metricStat.unit },
        },
      }),
    ),
  };
}

function compositeAlarmOutput(status: AlarmStatus) {
  const { alarm } = status;
  if (alarm.type !== 'composite') return undefined;
  return {
    ...commonOutput(status),
    AlarmRule: alarm.rule,
    ...suppressorOutput(alarm),
    ActionsSuppressedBy: status.suppressedBy,
  };
}

function suppressorOutput({ suppressor }: CompositeAlarm) {
  if (suppressor === undefined) return {};
  return {
    ActionsSuppressor: suppressor.alarm,
    ActionsSuppressorWaitPeriod: suppressor.waitMs / 1000,
    ActionsSuppressorExtensionPeriod: suppressor.extensionMs / 1000,
  };
}
