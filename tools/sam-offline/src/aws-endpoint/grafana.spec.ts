import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  GetLogEventsCommand,
  GetLogGroupFieldsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { succeededOf, ENVIRONMENT, failedOf, logOf } from '../insights/testing/facts.ts';
import { type ObservedEndpoint, startObservedEndpoint } from './testing/observed-endpoint.ts';

/**
 * Grafana's CloudWatch data source sends these requests. Their form comes from its source code:
 * `metric_data_query_builder.go`, `metric_data_input_builder.go`, `log_actions.go`,
 * `annotation_query.go` and `clients/metrics.go` in `pkg/tsdb/cloudwatch` of grafana/grafana. The
 * AWS SDK for Go v2, which it uses, sends RPC v2 CBOR to CloudWatch, and JSON 1.1 to CloudWatch
 * Logs.
 */
const CBOR = { protocol: SmithyRpcV2CborProtocol } as unknown as CloudWatchClientConfig;
/** Separates the parts of the labels that Grafana asks for. */
const SEPARATOR = '|&|';

const MINUTE_MS = 60_000;
const START_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS;
const StartTime = new Date(START_MS - 5 * MINUTE_MS);
const EndTime = new Date(START_MS + 5 * MINUTE_MS);
const GROUP = '/aws/lambda/shop-api';

let endpoint: ObservedEndpoint;
let cloudWatch: CloudWatchClient;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  endpoint = await startObservedEndpoint(['shop-api', 'shop-job']);
  cloudWatch = new CloudWatchClient({ ...endpoint.config, ...CBOR });
  logs = new CloudWatchLogsClient(endpoint.config);
  const { bus } = endpoint;
  for (const [minute, durationMs] of [10, 30, 50].entries()) {
    const timeMs = START_MS + minute * MINUTE_MS;
    bus.emit(succeededOf({ timeMs, durationMs }));
    bus.emit(succeededOf({ timeMs, durationMs: 2 * durationMs, functionName: 'shop-job' }));
  }
  bus.emit(failedOf({ timeMs: START_MS, durationMs: 5 }));
  bus.emit(logOf({ timeMs: START_MS, text: 'first' }));
  bus.emit(logOf({ timeMs: START_MS + 1, text: 'second' }));
});
afterAll(async () => {
  cloudWatch.destroy();
  logs.destroy();
  await endpoint.close();
});

const metricData = async (
  ...queries: Exclude<GetMetricDataCommandInput['MetricDataQueries'], undefined>
) => {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      ...{ StartTime, EndTime, ScanBy: 'TimestampAscending' },
      ...{ LabelOptions: { Timezone: '+0900' }, MetricDataQueries: queries },
    }),
  );
  return MetricDataResults;
};

describe('a metric query of the builder', () => {
  it('asks for one metric by its dimensions, oldest first', async () => {
    const Dimensions = [{ Name: 'FunctionName', Value: 'shop-api' }];
    const [result] = await metricData({
      ...{ Id: 'queryA', ReturnData: true },
      MetricStat: {
        Metric: { Namespace: 'AWS/Lambda', MetricName: 'Duration', Dimensions },
        ...{ Period: 60, Stat: 'Maximum' },
      },
    });
    expect(result).toMatchObject({ Id: 'queryA', StatusCode: 'Complete', Values: [10, 30, 50] });
    expect(result?.Timestamps?.map(Number)).toEqual(
      [0, 1, 2].map((minute) => START_MS + minute * MINUTE_MS),
    );
  });

  it.each([
    [
      'any value of a dimension, with exactly these dimensions',
      `REMOVE_EMPTY(SEARCH('{AWS/Lambda,FunctionName} MetricName="Duration"', 'Average', 60))`,
      ['shop-api', 'shop-job'],
    ],
    [
      'several values of a dimension',
      `REMOVE_EMPTY(SEARCH('{AWS/Lambda,FunctionName} MetricName="Duration" "FunctionName"=("shop-api" OR "shop-job")', 'p99', 60))`,
      ['shop-api', 'shop-job'],
    ],
    [
      'one value of a dimension, with other dimensions too',
      `REMOVE_EMPTY(SEARCH('Namespace="AWS/Lambda" MetricName="Duration" "FunctionName"="shop-job"', 'Sum', 60))`,
      ['shop-job', 'shop-job'],
    ],
    [
      'any value, with other dimensions too',
      `REMOVE_EMPTY(SEARCH('Namespace="AWS/Lambda" MetricName="Duration" "Resource"', 'Sum', 60))`,
      ['shop-api', 'shop-job'],
    ],
    [
      'a metric without values',
      `REMOVE_EMPTY(SEARCH('{AWS/Lambda,FunctionName} MetricName="Throttled"', 'Sum', 60))`,
      [],
    ],
  ])('asks for %s', async (_what, Expression, expected) => {
    // Grafana reads the dimensions' values from the label.
    const parts = ['${LABEL}', "${PROP('Dim.FunctionName')}", "${PROP('MetricName')}"];
    const Label = parts.join(SEPARATOR);
    const results = await metricData({ Id: 'queryB', ReturnData: true, Expression, Label });
    const labels = results.map((result) => result.Label?.split(SEPARATOR) ?? []);
    expect(labels.map(([, name]) => name).sort()).toEqual(expected);
    expect(labels.every(([, , metric]) => metric === 'Duration')).toBe(true);
    expect(results.every(({ Values }) => Values?.length === 3)).toBe(true);
  });
});

it('a math query uses other queries, which are not returned', async () => {
  const of = (MetricName: string) => ({
    Metric: {
      ...{ Namespace: 'AWS/Lambda', MetricName },
      Dimensions: [{ Name: 'FunctionName', Value: 'shop-api' }],
    },
    ...{ Period: 60, Stat: 'Sum' },
  });
  const results = await metricData(
    { Id: 'errors', ReturnData: false, MetricStat: of('Errors') },
    { Id: 'calls', ReturnData: false, MetricStat: of('Invocations') },
    { Id: 'queryC', ReturnData: true, Expression: '100 * errors / calls' },
  );
  expect(results).toMatchObject([{ Id: 'queryC', Values: [50, 0, 0] }]);
});

it('a Metrics Insights query is rejected with a reason', async () => {
  const Expression = 'SELECT AVG(Duration) FROM SCHEMA("AWS/Lambda", FunctionName)';
  await expect(metricData({ Id: 'queryD', ReturnData: true, Expression })).rejects.toThrow(
    /Metrics Insights/,
  );
});

it('the editor and template variables list metrics, page by page', async () => {
  const namespaces = new Set<string | undefined>();
  for await (const page of paginateListMetrics({ client: cloudWatch }, {})) {
    for (const { Namespace } of page.Metrics ?? []) namespaces.add(Namespace);
  }
  expect(namespaces).toEqual(new Set(['AWS/Lambda']));
  // dimension_values(region, AWS/Lambda, Duration, FunctionName)
  const { Metrics = [] } = await cloudWatch.send(
    new ListMetricsCommand({
      ...{ Namespace: 'AWS/Lambda', MetricName: 'Duration' },
      Dimensions: [{ Name: 'FunctionName' }],
      RecentlyActive: 'PT3H',
    }),
  );
  const values = Metrics.flatMap(({ Dimensions = [] }) => Dimensions.map(({ Value }) => Value));
  expect(new Set(values)).toEqual(new Set(['shop-api', 'shop-job']));
});

it('"Save & test" asks for a metric that does not exist, and for log groups', async () => {
  const found = await cloudWatch.send(
    new ListMetricsCommand({ Namespace: 'AWS/Billing', MetricName: 'EstimatedCharges' }),
  );
  expect(found.Metrics).toEqual([]);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ limit: 1 }));
  expect(logGroups).toMatchObject([{ logGroupName: GROUP }]);
});

it('the log group selector searches by prefix and by pattern', async () => {
  const by = async (input: object) => {
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ limit: 50, ...input }),
    );
    return logGroups.map(({ logGroupName }) => logGroupName);
  };
  expect(await by({ logGroupNamePrefix: '/aws/lambda/shop-j' })).toEqual(['/aws/lambda/shop-job']);
  expect(await by({ logGroupNamePattern: 'api' })).toEqual([GROUP]);
});

it('the context of a line reads events of its stream', async () => {
  const { events = [] } = await logs.send(
    new GetLogEventsCommand({
      ...{ logGroupName: GROUP, logStreamName: ENVIRONMENT, limit: 10, startFromHead: true },
      startTime: START_MS,
    }),
  );
  expect(events.map(({ message }) => message)).toEqual(expect.arrayContaining(['first', 'second']));
});

it('annotations read alarms and their history', async () => {
  await expect(
    cloudWatch.send(new DescribeAlarmsCommand({ MaxRecords: 100, AlarmNamePrefix: 'shop' })),
  ).resolves.toMatchObject({ MetricAlarms: [] });
  const metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Period: 60 } as const;
  await expect(
    cloudWatch.send(new DescribeAlarmsForMetricCommand({ ...metric, Statistic: 'Sum' })),
  ).resolves.toMatchObject({ MetricAlarms: [] });
  await expect(
    cloudWatch.send(
      new DescribeAlarmHistoryCommand({
        ...{ AlarmName: 'shop-errors', MaxRecords: 100 },
        ...{ StartDate: StartTime, EndDate: EndTime },
      }),
    ),
  ).resolves.toMatchObject({ AlarmHistoryItems: [] });
});

describe('Logs Insights', () => {
  it.each([
    [
      'StartQuery',
      () =>
        logs.send(
          new StartQueryCommand({
            ...{ startTime: START_MS / 1000, endTime: START_MS / 1000 + 60 },
            logGroupNames: [GROUP],
            queryString:
              'fields @timestamp,ltrim(@log) as __log__grafana_internal__,ltrim(@logStream) as __logstream__grafana_internal__|fields @message',
          }),
        ),
    ],
    ['GetQueryResults', () => logs.send(new GetQueryResultsCommand({ queryId: 'x' }))],
    ['GetLogGroupFields', () => logs.send(new GetLogGroupFieldsCommand({ logGroupName: GROUP }))],
  ])('%s is rejected, and the message names an alternative', async (operation, send) => {
    await expect(send()).rejects.toThrow(
      new RegExp(
        `does not emulate CloudWatch Logs's ${operation}: Logs Insights queries are not evaluated; FilterLogEvents`,
      ),
    );
  });
});
