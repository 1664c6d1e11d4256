import { StatisticError } from '../../insights/index.ts';
import { MetricMathError } from '../../metric-math/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { serve, type ServiceDefinition } from '../protocol/index.ts';
import { describeAlarmHistory } from './alarm-history.ts';
import { describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts';
import { invalidInput, invalidValue, validationError } from './errors.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';
import { putMetricData } from './put-metric-data.ts';
import { setAlarmActions, setAlarmState } from './set-alarms.ts';
import type { CloudWatchTarget } from './target.ts';

const FROM_TEMPLATE = 'the alarms are those of the template';

/** Makes CloudWatch's API for the metrics and alarms of the stack's run. */
export function createCloudWatch(
  target: CloudWatchTarget,
): (call: AwsCall) => Promise<AwsResponse> {
  const definition: ServiceDefinition = {
    name: 'CloudWatch',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    jsonVersion: '1.0',
    operations: {
      DescribeAlarmHistory: describeAlarmHistory(target),
      DescribeAlarms: describeAlarms(target),
      DescribeAlarmsForMetric: describeAlarmsForMetric(target),
      DisableAlarmActions: setAlarmActions(target, false),
      EnableAlarmActions: setAlarmActions(target, true),
      GetMetricData: getMetricData(target),
      GetMetricStatistics: getMetricStatistics(target),
      ListMetrics: listMetrics(target),
      PutMetricData: putMetricData(target),
      SetAlarmState: setAlarmState(target),
    },
    unsupported: {
      DeleteAlarms: FROM_TEMPLATE,
      PutCompositeAlarm: FROM_TEMPLATE,
      PutMetricAlarm: FROM_TEMPLATE,
    },
    invalidInput,
    explain: (error) => {
      if (error instanceof MetricMathError) return validationError(error.message);
      return error instanceof StatisticError ? invalidValue(error.message) : undefined;
    },
  };
  return (call) => serve(definition, call);
}
