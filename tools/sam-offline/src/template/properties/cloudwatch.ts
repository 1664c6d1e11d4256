/** The properties of alarms in CloudFormation's schemas. */
import type { PropertyList } from './property-list.ts';

const common = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'InsufficientDataActions',
  'OKActions',
];

export const alarm: PropertyList = {
  used: [
    ...common,
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluationPeriods',
    'ExtendedStatistic',
    'MetricName',
    'Metrics',
    'Namespace',
    'Period',
    'Statistic',
    'Threshold',
    'TreatMissingData',
    'Unit',
  ],
  harmless: ['Tags'],
  notEmulated: {
    ActionConfiguration: 'actions run once, when the state changes',
    WarmUpConfiguration: 'the alarm is evaluated from the start',
    EvaluateLowSampleCountPercentile: 'percentiles of few values are evaluated as all others',
    EvaluationCriteria: 'PromQL is not evaluated',
    EvaluationInterval: 'the alarm is evaluated once a minute, or once a period if that is shorter',
    EvaluationWindow: 'the evaluation window always slides',
    ThresholdMetricId: 'anomaly detection is not evaluated',
  },
};

export const compositeAlarm: PropertyList = {
  used: [
    ...common,
    'ActionsSuppressor',
    'ActionsSuppressorExtensionPeriod',
    'ActionsSuppressorWaitPeriod',
    'AlarmRule',
  ],
  harmless: ['Tags'],
  notEmulated: { ActionConfiguration: 'actions run once, when the state changes' },
};

export const metricDataQuery: PropertyList = {
  used: ['Expression', 'Id', 'Label', 'MetricStat', 'Period', 'ReturnData'],
  notEmulated: { AccountId: 'metrics of other accounts do not exist here' },
};

export const metricStat: PropertyList = { used: ['Metric', 'Period', 'Stat', 'Unit'] };

export const metric: PropertyList = { used: ['Dimensions', 'MetricName', 'Namespace'] };

export const dimension: PropertyList = { used: ['Name', 'Value'] };

export const dashboard: PropertyList = {
  used: ['DashboardBody', 'DashboardName'],
  harmless: ['Tags'],
};
