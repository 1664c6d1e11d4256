import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Alarm, MetricAlarm } from '../../template/index.ts';
import { type ObservedEndpoint, startObservedEndpoint } from '../testing/observed-endpoint.ts';

const TOPIC = 'arn:aws:sns:ap-northeast-1:123456789012:pages';

function arnOf(alarmName: string): string {
  return `arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:${alarmName}`;
}

function metricAlarm(alarmName: string, more: Partial<MetricAlarm> = {}): MetricAlarm {
  const metricStat = {
    ...{ namespace: 'AWS/SQS', name: 'NumberOfMessagesSent', dimensions: { QueueName: alarmName } },
    ...{ periodSeconds: 60, stat: 'p90' },
  };
  return {
    ...{ type: 'metric', logicalId: alarmName, alarmName, arn: arnOf(alarmName) },
    ...{ actionsEnabled: true, actions: { OK: [], ALARM: [TOPIC], INSUFFICIENT_DATA: [] } },
    ...{ queries: [{ id: 'm1', metricStat, returnData: true }], isMath: false, periodSeconds: 60 },
    ...{ comparisonOperator: 'GreaterThanThreshold', threshold: 0.5, treatMissingData: 'missing' },
    ...{ evaluationPeriods: 3, datapointsToAlarm: 2 },
    ...more,
  };
}

const ALARMS: readonly Alarm[] = [
  metricAlarm('jobs', { description: 'read the runbook' }),
  metricAlarm('mails'),
  metricAlarm('share', {
    isMath: true,
    queries: [{ id: 'e1', expression: 'TIME_SERIES(1)', returnData: true, periodSeconds: 60 }],
  }),
  {
    ...{ type: 'composite', logicalId: 'any', alarmName: 'any', arn: arnOf('any') },
    ...{ rule: 'ALARM(jobs) OR ALARM(mails)', actionsEnabled: true },
    actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] },
    suppressor: { alarm: 'share', waitMs: 60_000, extensionMs: 0 },
  },
];

describe('CloudWatch alarms', () => {
  let endpoint: ObservedEndpoint;
  let client: CloudWatchClient;

  beforeEach(async () => {
    endpoint = await startObservedEndpoint([], ALARMS);
    client = new CloudWatchClient(endpoint.config);
  });
  afterEach(async () => {
    client.destroy();
    await endpoint.close();
  });

  const described = async (input: DescribeAlarmsCommandInput = {}) => {
    const { MetricAlarms, CompositeAlarms } = await client.send(new DescribeAlarmsCommand(input));
    return [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName);
  };

  it('are described as in the template', async () => {
    const { MetricAlarms, CompositeAlarms } = await client.send(
      new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    expect(MetricAlarms?.[0]).toEqual({
      ...{ AlarmName: 'jobs', AlarmArn: arnOf('jobs'), AlarmDescription: 'read the runbook' },
      ...{
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [TOPIC],
        InsufficientDataActions: [],
      },
      ...{ StateValue: 'INSUFFICIENT_DATA', StateReason: 'Unchecked: Initial alarm creation' },
      ...{ StateUpdatedTimestamp: expect.any(Date), StateTransitionedTimestamp: expect.any(Date) },
      ...{ Namespace: 'AWS/SQS', MetricName: 'NumberOfMessagesSent', Period: 60 },
      ...{ Dimensions: [{ Name: 'QueueName', Value: 'jobs' }], ExtendedStatistic: 'p90' },
      ...{
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: 0.5,
        TreatMissingData: 'missing',
      },
      ComparisonOperator: 'GreaterThanThreshold',
    });
    expect(MetricAlarms?.[2]).toMatchObject({
      AlarmName: 'share',
      Metrics: [{ Id: 'e1', Expression: 'TIME_SERIES(1)', Period: 60, ReturnData: true }],
    });
    expect(CompositeAlarms).toMatchObject([
      {
        ...{ AlarmName: 'any', AlarmRule: 'ALARM(jobs) OR ALARM(mails)' },
        ...{ ActionsSuppressor: 'share', ActionsSuppressorWaitPeriod: 60 },
      },
    ]);
  });

  it('are found by names, prefixes, states and types', async () => {
    // Composite alarms are only returned if the request has their type.
    expect(await described()).toEqual(['jobs', 'mails', 'share']);
    expect(await described({ AlarmTypes: ['CompositeAlarm'] })).toEqual(['any']);
    expect(await described({ AlarmNames: ['mails', 'none'] })).toEqual(['mails']);
    expect(await described({ AlarmNamePrefix: 'j' })).toEqual(['jobs']);
    expect(await described({ ActionPrefix: 'arn:aws:lambda' })).toEqual([]);
    expect(await described({ ChildrenOfAlarmName: 'any' })).toEqual(['jobs', 'mails', 'share']);
    expect(await described({ ParentsOfAlarmName: 'jobs' })).toEqual(['any']);
    endpoint.alarms.setState('mails', 'ALARM', 'a drill');
    expect(await described({ StateValue: 'ALARM' })).toEqual(['mails']);
    await expect(described({ AlarmNames: ['a'], AlarmNamePrefix: 'a' })).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterCombination/),
    });
  });

  it('are found by their metric', async () => {
    const find = async (QueueName: string, more = {}): Promise<unknown[]> => {
      const { MetricAlarms = [] } = await client.send(
        new DescribeAlarmsForMetricCommand({
          ...{ Namespace: 'AWS/SQS', MetricName: 'NumberOfMessagesSent' },
          Dimensions: [{ Name: 'QueueName', Value: QueueName }],
          ...more,
        }),
      );
      return MetricAlarms.map(({ AlarmName }) => AlarmName);
    };
    expect(await find('jobs')).toEqual(['jobs']);
    expect(await find('jobs', { Period: 60, ExtendedStatistic: 'p90' })).toEqual(['jobs']);
    expect(await find('jobs', { Period: 300 })).toEqual([]);
    expect(await find('none')).toEqual([]);
  });

  it('can be set to a state, which their history shows', async () => {
    const set = (AlarmName: string, StateReasonData?: string) =>
      client.send(
        new SetAlarmStateCommand({
          AlarmName,
          StateValue: 'ALARM',
          StateReason: 'a drill',
          StateReasonData,
        }),
      );
    await set('jobs', '{"by":"me"}');

    const { CompositeAlarms } = await client.send(
      new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
    );
    expect(CompositeAlarms).toMatchObject([
      { StateValue: 'ALARM', ActionsSuppressedBy: 'WaitPeriod' },
    ]);
    const { AlarmHistoryItems: items } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'jobs' }),
    );
    expect(
      items?.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary]),
    ).toEqual([
      ['Action', expect.stringContaining(`Failed to execute action ${TOPIC}`)],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to ALARM'],
      ['ConfigurationUpdate', 'Alarm "jobs" created'],
    ]);
    await expect(set('none')).rejects.toMatchObject({
      ...{ name: expect.stringMatching(/^ResourceNotFound/), $metadata: { httpStatusCode: 404 } },
    });
    await expect(set('jobs', 'no json')).rejects.toThrow('StateReasonData is not JSON');
  });

  it('have a history that can be filtered and has pages', async () => {
    endpoint.alarms.setState('jobs', 'ALARM', 'a drill');
    endpoint.alarms.setState('jobs', 'OK', 'the end of the drill');
    const pages: unknown[] = [];
    for await (const { AlarmHistoryItems: items = [] } of paginateDescribeAlarmHistory(
      { client, pageSize: 1 },
      { AlarmName: 'jobs', HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' },
    )) {
      pages.push(items.map(({ HistorySummary }) => HistorySummary));
    }
    expect(pages).toEqual([
      ['Alarm updated from INSUFFICIENT_DATA to ALARM'],
      ['Alarm updated from ALARM to OK'],
    ]);
    const { AlarmHistoryItems: none } = await client.send(
      new DescribeAlarmHistoryCommand({ EndDate: new Date(0) }),
    );
    expect(none).toEqual([]);
  });

  it('are returned in pages', async () => {
    const pages: unknown[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client, pageSize: 2 }, {})) {
      pages.push(MetricAlarms.map(({ AlarmName }) => AlarmName));
    }
    expect(pages).toEqual([['jobs', 'mails'], ['share']]);
  });

  it('have actions that can be disabled and enabled', async () => {
    const isEnabled = () =>
      endpoint.alarms.statuses.find(({ alarm }) => alarm.alarmName === 'jobs')?.actionsEnabled;
    await client.send(new DisableAlarmActionsCommand({ AlarmNames: ['jobs'] }));
    expect(isEnabled()).toBe(false);
    await client.send(new EnableAlarmActionsCommand({ AlarmNames: ['jobs'] }));
    expect(isEnabled()).toBe(true);
  });

  it('cannot be changed by PutMetricAlarm', async () => {
    await expect(
      client.send(
        new PutMetricAlarmCommand({
          ...{ AlarmName: 'x', EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' },
        }),
      ),
    ).rejects.toThrow(
      "does not emulate CloudWatch's PutMetricAlarm: the alarms are those of the template",
    );
  });
});
