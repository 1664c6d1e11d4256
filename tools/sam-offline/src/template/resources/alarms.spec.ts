import { loadText, problemsOf } from '../testing/load-text.ts';

function alarm(properties: string): string {
  return `Resources:\n  High:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n${properties
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`;
}

const SIMPLE = `Namespace: AWS/SQS
MetricName: NumberOfMessagesSent
Statistic: Sum
Period: 60
EvaluationPeriods: 3
ComparisonOperator: GreaterThanThreshold
Threshold: 0.5`;

describe('alarms', () => {
  it('are read with AWS’s defaults', () => {
    expect(loadText(alarm(SIMPLE)).alarms).toEqual([
      {
        type: 'metric',
        logicalId: 'High',
        alarmName: expect.stringMatching(/^demo-High-[A-Z0-9]{12}$/),
        arn: expect.stringMatching(
          /^arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:demo-High-/,
        ),
        actionsEnabled: true,
        actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] },
        queries: [
          {
            id: 'm1',
            returnData: true,
            metricStat: {
              ...{ namespace: 'AWS/SQS', name: 'NumberOfMessagesSent', dimensions: {} },
              ...{ periodSeconds: 60, stat: 'Sum' },
            },
          },
        ],
        isMath: false,
        periodSeconds: 60,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0.5,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        treatMissingData: 'missing',
      },
    ]);
  });

  it('are read with all their properties', () => {
    const { alarms, warnings } = loadText(`
Resources:
  Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: pages } }
  Slow:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: slow
      AlarmDescription: read the runbook
      ActionsEnabled: false
      AlarmActions: [!Ref Topic]
      OKActions: [!Ref Topic]
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{ Name: QueueName, Value: !GetAtt Jobs.QueueName }]
      ExtendedStatistic: p99.9
      Unit: Seconds
      Period: 10
      EvaluationPeriods: 5
      DatapointsToAlarm: 2
      Threshold: 1e3
      ComparisonOperator: LessThanOrEqualToThreshold
      TreatMissingData: breaching
      EvaluateLowSampleCountPercentile: ignore
  Any:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: any
      AlarmRule: !Sub 'ALARM("\${Slow}") OR ALARM("\${Slow.Arn}")'
      ActionsSuppressor: !GetAtt Slow.Arn
      ActionsSuppressorWaitPeriod: 60
      ActionsSuppressorExtensionPeriod: 120
`);
    const arn = 'arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:slow';
    expect(alarms).toMatchObject([
      {
        ...{ alarmName: 'slow', description: 'read the runbook', actionsEnabled: false },
        actions: {
          OK: ['arn:aws:sns:ap-northeast-1:123456789012:pages'],
          ALARM: ['arn:aws:sns:ap-northeast-1:123456789012:pages'],
        },
        queries: [
          {
            metricStat: {
              ...{ stat: 'p99.9', unit: 'Seconds', periodSeconds: 10 },
              dimensions: { QueueName: 'jobs' },
            },
          },
        ],
        ...{ threshold: 1000, evaluationPeriods: 5, datapointsToAlarm: 2, periodSeconds: 10 },
        ...{ treatMissingData: 'breaching', comparisonOperator: 'LessThanOrEqualToThreshold' },
      },
      {
        ...{ type: 'composite', alarmName: 'any', rule: `ALARM("slow") OR ALARM("${arn}")` },
        suppressor: { alarm: arn, waitMs: 60_000, extensionMs: 120_000 },
      },
    ]);
    expect(warnings).toContainEqual({
      resource: 'Slow',
      property: 'EvaluateLowSampleCountPercentile',
      message: 'not emulated: percentiles of few values are evaluated as all others',
    });
  });

  it('may have metrics and expressions', () => {
    const { alarms } = loadText(
      alarm(`EvaluationPeriods: 1
ComparisonOperator: GreaterThanThreshold
Threshold: 5
Metrics:
  - { Id: share, Expression: 100 * errors / requests, Label: share }
  - Id: errors
    ReturnData: false
    MetricStat: { Metric: { Namespace: N, MetricName: E }, Period: 60, Stat: Sum }
  - Id: requests
    ReturnData: false
    MetricStat: { Metric: { Namespace: N, MetricName: R, Dimensions: [{ Name: a, Value: 1 }] }, Period: 60, Stat: Sum }`),
    );
    expect(alarms).toMatchObject([
      {
        ...{ isMath: true, periodSeconds: 60 },
        queries: [
          { id: 'share', expression: '100 * errors / requests', label: 'share', returnData: true },
          { id: 'errors', returnData: false, metricStat: { name: 'E', dimensions: {} } },
          { id: 'requests', metricStat: { name: 'R', dimensions: { a: '1' } } },
        ],
      },
    ]);
  });

  it('with anomaly detection are left out with a warning', () => {
    const { alarms, warnings } = loadText(
      alarm(SIMPLE.replace('GreaterThanThreshold', 'GreaterThanUpperThreshold')),
    );
    expect(alarms).toEqual([]);
    expect(warnings).toEqual([
      {
        ...{ resource: 'High', property: 'ComparisonOperator' },
        message: expect.stringContaining('anomaly detection is not evaluated'),
      },
    ]);
  });

  it.each([
    [SIMPLE.replace('Threshold: 0.5', 'Threshold: high'), 'expected a number, got "high"'],
    [
      SIMPLE.replace('Period: 60', 'Period: 45'),
      'expected 10, 20, 30, or a multiple of 60 seconds',
    ],
    [SIMPLE.replace('Statistic: Sum', 'Statistic: p99'), 'expected one of SampleCount'],
    [`${SIMPLE}\nDatapointsToAlarm: 4`, 'between 1 and 3'],
    [`${SIMPLE}\nTreatMissingData: Missing`, 'expected one of missing, ignore'],
    [SIMPLE.replace('EvaluationPeriods: 3', ''), 'expected a number, but it is missing'],
    [SIMPLE.replace('Namespace: AWS/SQS', ''), 'but it is missing'],
    [`${SIMPLE}\nMetrics: []`, 'expected no metric beside Metrics'],
    [
      'EvaluationPeriods: 1\nComparisonOperator: GreaterThanThreshold\nThreshold: 1\nMetrics: [{ Id: e1, Expression: "1", Period: 60 }, { Id: e2, Expression: "1" }]',
      'got 2 that return data',
    ],
    [
      'EvaluationPeriods: 1\nComparisonOperator: GreaterThanThreshold\nThreshold: 1\nMetrics: [{ Id: e1 }]',
      'expected either MetricStat or Expression',
    ],
  ])('with a mistake are reported: %#', (properties, problem) => {
    expect(problemsOf(alarm(properties)).join('\n')).toContain(problem);
  });
});
