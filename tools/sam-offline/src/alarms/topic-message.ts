import type { Alarm } from '../template/index.ts';
import type { AlarmStatus } from './alarm-status.ts';

/**
 * The message that CloudWatch publishes to a topic. On AWS it has the name of the region
 * (`Asia Pacific (Tokyo)`), here the region's code.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function topicMessage(
  status: AlarmStatus,
  previous: AlarmStatus,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): { readonly subject: string; readonly message: string } {
  const { alarm, state } = status;
  const subject = `${state}: "${alarm.alarmName}" in ${region}`.slice(0, 100);
  const message = {
    AlarmName: alarm.alarmName,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: accountId,
    NewStateValue: state,
    NewStateReason: status.reason,
    StateChangeTime: new Date(status.transitionedMs).toISOString().replace('Z', '+0000'),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: previous.state,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    ...(alarm.type === 'composite' ? { AlarmRule: alarm.rule } : { Trigger: triggerOf(alarm) }),
  };
  return { subject, message: JSON.stringify(message) };
}

function triggerOf(alarm: Extract<Alarm, { type: 'metric' }>): object {
  const common = {
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparisonOperator,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: '',
  };
  const [query] = alarm.queries;
  if (alarm.isMath || query?.metricStat === undefined) {
    return {
      ...common,
      Metrics: alarm.queries.map(({ id, expression, label, returnData, metricStat }) => ({
        ...{ Id: id, Expression: expression, Label: label, ReturnData: returnData },
        MetricStat: metricStat && {
          Metric: {
            Namespace: metricStat.namespace,
            MetricName: metricStat.name,
            Dimensions: dimensionsOf(metricStat.dimensions),
          },
          ...{ Period: metricStat.periodSeconds, Stat: metricStat.stat },
        },
      })),
    };
  }
  const { name, namespace, stat, unit, dimensions } = query.metricStat;
  return {
    ...{ MetricName: name, Namespace: namespace, StatisticType: 'Statistic' },
    ...{ Statistic: stat.toUpperCase(), Unit: unit ?? null, Dimensions: dimensionsOf(dimensions) },
    ...common,
  };
}

function dimensionsOf(dimensions: Readonly<Record<string, string>>): object[] {
  return Object.entries(dimensions).map(([name, value]) => ({ value, name }));
}
