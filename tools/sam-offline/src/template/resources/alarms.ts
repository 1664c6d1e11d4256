import type { ResourceEntry } from '../entries.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from '../model.ts';
import { alarm as alarmProperties, compositeAlarm } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { alarmQueriesOf } from './alarm-queries.ts';
import type { StackResources } from './stack-resources.ts';

const comparisons = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;
const ANOMALY =
  /^(?:LessThanLowerOrGreaterThanUpperThreshold|LessThanLowerThreshold|GreaterThanUpperThreshold)$/;

/** Reads all alarms of the stack that are evaluated here. */
export function alarmsOf(resources: StackResources): Alarm[] {
  return [
    ...resources.ofType('AWS::CloudWatch::Alarm').flatMap((entry): Alarm[] => {
      const alarm = metricAlarmOf(resources, entry);
      return alarm === undefined ? [] : [alarm];
    }),
    ...resources.ofType('AWS::CloudWatch::CompositeAlarm').flatMap((entry): Alarm[] => {
      const alarm = compositeAlarmOf(resources, entry);
      return alarm === undefined ? [] : [alarm];
    }),
  ];
}

function metricAlarmOf(resources: StackResources, entry: ResourceEntry): MetricAlarm | undefined {
  const properties = resources.read(entry).check(alarmProperties);
  if (ANOMALY.test(properties.text('ComparisonOperator') ?? '')) {
    resources.diagnostics.warn(
      properties.at('ComparisonOperator'),
      'not emulated: anomaly detection is not evaluated, so the alarm has no state',
    );
    return undefined;
  }
  if (properties.has('EvaluationCriteria') || properties.has('ThresholdMetricId')) return undefined;
  properties.requiredText('ComparisonOperator', `one of ${comparisons.join(', ')}`);
  const comparisonOperator = properties.oneOf('ComparisonOperator', comparisons);
  properties.requiredText('EvaluationPeriods', 'a number');
  const evaluationPeriods = properties.number('EvaluationPeriods', { minimum: 1, maximum: 10_080 });
  const threshold = thresholdOf(properties);
  const queries = alarmQueriesOf(properties);
  if (
    comparisonOperator === undefined ||
    evaluationPeriods === undefined ||
    threshold === undefined ||
    queries === undefined
  ) {
    return undefined;
  }
  const most = { minimum: 1, maximum: evaluationPeriods };
  return {
    type: 'metric',
    ...baseOf(resources, entry, properties),
    ...queries,
    ...{ comparisonOperator, threshold, evaluationPeriods },
    datapointsToAlarm: properties.number('DatapointsToAlarm', most) ?? evaluationPeriods,
    treatMissingData:
      properties.oneOf('TreatMissingData', [
        'missing',
        'ignore',
        'breaching',
        'notBreaching',
      ] as const) ?? 'missing',
  };
}

function thresholdOf(properties: Reader): number | undefined {
  const text = properties.requiredText('Threshold', 'a number');
  if (text === undefined) return undefined;
  const threshold = Number(text);
  if (text.trim() !== '' && Number.isFinite(threshold)) return threshold;
  properties.expected('Threshold', 'a number');
  return undefined;
}

function compositeAlarmOf(
  resources: StackResources,
  entry: ResourceEntry,
): CompositeAlarm | undefined {
  const properties = resources.read(entry).check(compositeAlarm);
  const rule = properties.requiredText('AlarmRule', 'a rule, such as ALARM("name")');
  if (rule === undefined) return undefined;
  const suppressor = properties.text('ActionsSuppressor');
  const seconds = { unit: 'seconds', minimum: 0, maximum: 86_400 };
  return {
    type: 'composite',
    ...baseOf(resources, entry, properties),
    rule,
    ...(suppressor !== undefined && {
      suppressor: {
        alarm: suppressor,
        waitMs: (properties.number('ActionsSuppressorWaitPeriod', seconds) ?? 0) * 1000,
        extensionMs: (properties.number('ActionsSuppressorExtensionPeriod', seconds) ?? 0) * 1000,
      },
    }),
  };
}

function baseOf(resources: StackResources, entry: ResourceEntry, properties: Reader) {
  const description = properties.text('AlarmDescription');
  return {
    logicalId: entry.logicalId,
    alarmName: resources.ref(entry),
    arn: resources.attribute(entry, 'Arn') ?? '',
    ...(description !== undefined && { description }),
    actionsEnabled: properties.boolean('ActionsEnabled') ?? true,
    actions: {
      OK: properties.texts('OKActions') ?? [],
      ALARM: properties.texts('AlarmActions') ?? [],
      INSUFFICIENT_DATA: properties.texts('InsufficientDataActions') ?? [],
    },
  };
}
