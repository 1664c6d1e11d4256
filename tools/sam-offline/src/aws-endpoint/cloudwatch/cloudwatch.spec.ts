import { Hash } from '@smithy/core/serde';
import { gzipSync } from 'node:zlib';
import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  paginateGetMetricData,
  paginateListMetrics,
  PutDashboardCommand,
  PutMetricDataCommand,
  type PutMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { SignatureV4 } from '@smithy/signature-v4';
import { type ObservedEndpoint, startObservedEndpoint } from '../testing/observed-endpoint.ts';

/** The hash function for the AWS SDK's signer. */
const Sha256 = Hash.bind(undefined, 'sha256');

const MINUTE_MS = 60_000;
/** The start of the minute one hour ago. */
const START_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS;
const at = (minute: number): Date => new Date(START_MS + minute * MINUTE_MS);

/** The protocol of the newest AWS CLI and of some SDKs. */
const CBOR = {
  protocol: SmithyRpcV2CborProtocol,
} as unknown as CloudWatchClientConfig;

describe('CloudWatch', () => {
  let endpoint: ObservedEndpoint;
  let client: CloudWatchClient;
  let namespace = 'Test';
  let count = 0;

  beforeAll(async () => {
    endpoint = await startObservedEndpoint();
    client = new CloudWatchClient(endpoint.config);
  });
  beforeEach(() => {
    count += 1;
    namespace = `Test${count}`;
  });
  afterAll(async () => {
    client.destroy();
    await endpoint.close();
  });

  const put = (MetricData: PutMetricDataCommandInput['MetricData']) =>
    client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  const stat = (Id: string, MetricName: string, Stat = 'Sum', more: object = {}) => ({
    Id,
    MetricStat: { Metric: { Namespace: namespace, MetricName }, Period: 60, Stat },
    ...more,
  });
  const range = { StartTime: at(0), EndTime: at(10) };
  const signedPost = async (body: string | Buffer, headers: Record<string, string>) => {
    const url = new URL(endpoint.config.endpoint);
    const signer = new SignatureV4({
      ...{ credentials: endpoint.config.credentials, region: endpoint.config.region },
      ...{ service: 'monitoring', sha256: Sha256 },
    });
    const signed = await signer.sign({
      ...{ method: 'POST', protocol: 'http:', hostname: url.hostname, port: Number(url.port) },
      ...{ path: '/', body, headers: { ...headers, host: url.host } },
    });
    const response = await fetch(url, { method: 'POST', headers: signed.headers, body });
    return { status: response.status, text: await response.text() };
  };

  describe.each([
    ['AWS JSON 1.0', {}],
    ['RPC v2 CBOR', CBOR],
  ])('over %s', (_name, config) => {
    let speaking: CloudWatchClient;
    beforeAll(() => {
      speaking = new CloudWatchClient({ ...endpoint.config, ...config });
    });
    afterAll(() => {
      speaking.destroy();
    });

    it('stores metrics and returns them', async () => {
      await speaking.send(
        new PutMetricDataCommand({
          Namespace: namespace,
          MetricData: [
            {
              MetricName: 'Latency',
              Dimensions: [{ Name: 'Route', Value: 'GET /posts' }],
              Timestamp: at(1),
              Unit: 'Milliseconds',
              Values: [10, 20.5],
              Counts: [3, 1],
            },
          ],
        }),
      );

      const { Metrics } = await speaking.send(new ListMetricsCommand({ Namespace: namespace }));
      expect(Metrics).toEqual([
        {
          Namespace: namespace,
          MetricName: 'Latency',
          Dimensions: [{ Name: 'Route', Value: 'GET /posts' }],
        },
      ]);
      const { MetricDataResults: results } = await speaking.send(
        new GetMetricDataCommand({
          ...range,
          MetricDataQueries: [
            {
              Id: 'm1',
              MetricStat: {
                Metric: {
                  Namespace: namespace,
                  MetricName: 'Latency',
                  Dimensions: [{ Name: 'Route', Value: 'GET /posts' }],
                },
                Period: 60,
                Stat: 'Sum',
              },
            },
          ],
        }),
      );
      expect(results).toEqual([
        { Id: 'm1', Label: 'Latency', StatusCode: 'Complete', Timestamps: [at(1)], Values: [50.5] },
      ]);
      const { Datapoints, Label } = await speaking.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: namespace, MetricName: 'Latency', Period: 300, StartTime: at(0) },
          ...{ EndTime: at(10), ExtendedStatistics: ['p50', 'tm90'] },
          Dimensions: [{ Name: 'Route', Value: 'GET /posts' }],
        }),
      );
      expect(Label).toBe('Latency');
      expect(Datapoints).toEqual([
        {
          Timestamp: new Date(Math.floor(at(1).getTime() / 300_000) * 300_000),
          ExtendedStatistics: { p50: expect.closeTo(10, 0), tm90: expect.any(Number) },
          Unit: 'Milliseconds',
        },
      ]);
    });

    it('returns errors that the SDK recognizes', async () => {
      await expect(
        speaking.send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData: [] })),
      ).rejects.toMatchObject({
        name: expect.stringMatching(/^InvalidParameterValue/),
        message: expect.stringContaining('AWS/'),
        $metadata: { httpStatusCode: 400 },
      });
      await expect(
        speaking.send(new PutDashboardCommand({ DashboardName: 'x', DashboardBody: '{}' })),
      ).rejects.toMatchObject({
        message: "sam-offline does not emulate CloudWatch's PutDashboard",
        $metadata: { httpStatusCode: 501 },
      });
    });
  });

  describe('over the Query protocol', () => {
    const call = (parameters: Record<string, string>) =>
      signedPost(new URLSearchParams({ Version: '2010-08-01', ...parameters }).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
      });

    it('stores metrics and returns them', async () => {
      const data = {
        'MetricData.member.1.MetricName': 'Opened',
        'MetricData.member.1.Timestamp': at(2).toISOString(),
        'MetricData.member.1.StatisticValues.SampleCount': '2',
        'MetricData.member.1.StatisticValues.Sum': '7',
        'MetricData.member.1.StatisticValues.Minimum': '3',
        'MetricData.member.1.StatisticValues.Maximum': '4',
        'MetricData.member.1.Dimensions.member.1.Name': 'A<B',
        'MetricData.member.1.Dimensions.member.1.Value': '1&2',
      };
      expect(await call({ Action: 'PutMetricData', Namespace: namespace, ...data })).toMatchObject({
        status: 200,
        text: expect.stringMatching(
          /^<PutMetricDataResponse xmlns="[^"]+"><ResponseMetadata><RequestId>/,
        ),
      });

      const { text } = await call({
        ...{ Action: 'GetMetricStatistics', Namespace: namespace, MetricName: 'Opened' },
        ...{ StartTime: at(0).toISOString(), EndTime: at(10).toISOString(), Period: '60' },
        ...{ 'Statistics.member.1': 'Sum', 'Statistics.member.2': 'Maximum' },
        'Dimensions.member.1.Name': 'A<B',
        'Dimensions.member.1.Value': '1&2',
      });
      expect(text).toContain(
        `<GetMetricStatisticsResult><Label>Opened</Label><Datapoints><member><Timestamp>${at(2).toISOString()}</Timestamp><Sum>7</Sum><Maximum>4</Maximum><Unit>None</Unit></member></Datapoints></GetMetricStatisticsResult>`,
      );
      const listed = await call({ Action: 'ListMetrics', Namespace: namespace });
      expect(listed.text).toContain(
        '<Dimensions><member><Name>A&lt;B</Name><Value>1&amp;2</Value></member></Dimensions>',
      );
      const found = await call({
        ...{
          Action: 'GetMetricData',
          StartTime: at(0).toISOString(),
          EndTime: at(10).toISOString(),
        },
        'MetricDataQueries.member.1.Id': 'e1',
        'MetricDataQueries.member.1.Expression': "SEARCH('Opened', 'Sum', 60) * 2",
      });
      expect(found.text).toContain('<Values><member>14</member></Values>');
    });

    it('uses the protocol’s error codes', async () => {
      const response = await call({ Action: 'PutMetricData', Namespace: namespace });
      expect(response.status).toBe(400);
      expect(response.text).toContain('<Code>MissingParameter</Code>');
    });
  });

  it('accepts inputs that the AWS CLI has compressed', async () => {
    const datum = { MetricName: 'Many', Timestamp: at(1).getTime() / 1000, Values: [1, 2, 4] };
    const body = gzipSync(JSON.stringify({ Namespace: namespace, MetricData: [datum] }));
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'content-encoding': 'gzip',
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
    };
    expect(await signedPost(body, headers)).toMatchObject({ status: 200, text: '{}' });

    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: namespace, MetricName: 'Many', Period: 60, ...range },
        Statistics: ['SampleCount', 'Minimum', 'Average', 'Maximum', 'Sum'],
      }),
    );
    expect(Datapoints).toEqual([
      {
        ...{ SampleCount: 3, Minimum: 1, Average: 7 / 3, Maximum: 4, Sum: 7 },
        ...{ Timestamp: at(1), Unit: 'None' },
      },
    ]);
    expect(await signedPost(Buffer.from('no gzip'), headers)).toMatchObject({
      status: 400,
      text: expect.stringContaining('SerializationException'),
    });
  });

  describe('PutMetricData refuses', () => {
    const metric = { MetricName: 'x' };
    it.each([
      ['NaN', { ...metric, Value: NaN }, /NaN for parameter MetricData.member.1.Value/],
      ['an infinity', { ...metric, Values: [1, -Infinity] }, /-Infinity for .*Values.member.2/],
      ['values beyond 2^360', { ...metric, Value: 2 ** 361 }, /2\^360/],
      ['no value', metric, /At least one/],
      ['two kinds of values', { ...metric, Value: 1, Values: [1] }, /mutually exclusive/],
      ['151 values', { ...metric, Values: Array(151).fill(1) }, /greater than 150/],
      ['another number of counts', { ...metric, Values: [1, 2], Counts: [1] }, /same size/],
      ['an empty name', { MetricName: '', Value: 1 }, /MetricName is invalid: it is empty/],
      ['a long name', { MetricName: 'x'.repeat(256), Value: 1 }, /longer than 255/],
      [
        '31 dimensions',
        {
          ...metric,
          Value: 1,
          Dimensions: Array.from({ length: 31 }, (_, n) => ({ Name: `d${n}`, Value: 'v' })),
        },
        /more than 30/,
      ],
      [
        'a dimension value of 1025 characters',
        { ...metric, Value: 1, Dimensions: [{ Name: 'd', Value: 'v'.repeat(1025) }] },
        /longer than 1024/,
      ],
      ['an unknown unit', { ...metric, Value: 1, Unit: 'Parsecs' as 'None' }, /units/],
      ['a resolution of 7 s', { ...metric, Value: 1, StorageResolution: 7 }, /1 or 60/],
      [
        'times of last month',
        { ...metric, Value: 1, Timestamp: new Date(Date.now() - 15 * 864e5) },
        /two weeks/,
      ],
      [
        'times of tomorrow',
        { ...metric, Value: 1, Timestamp: new Date(Date.now() + 864e5) },
        /two hours/,
      ],
    ])('%s', async (_name, datum, message) => {
      await expect(put([{ MetricName: 'kept', Value: 1 }, datum].reverse())).rejects.toThrow(
        message,
      );
      // Nothing of a rejected call is stored.
      const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: namespace }));
      expect(Metrics).toEqual([]);
    });

    it('more than 1000 metrics', async () => {
      const many = Array.from({ length: 1001 }, () => ({ ...metric, Value: 1 }));
      await expect(put(many)).rejects.toThrow(/greater than 1000/);
    });
  });

  describe('GetMetricData', () => {
    const get = async (
      MetricDataQueries: GetMetricDataCommandInput['MetricDataQueries'],
      more = {},
    ) =>
      (await client.send(new GetMetricDataCommand({ ...range, MetricDataQueries, ...more })))
        .MetricDataResults ?? [];

    it('evaluates metric math, and does not return results with ReturnData false', async () => {
      await put([
        { MetricName: 'Errors', Timestamp: at(1), Value: 1 },
        { MetricName: 'Requests', Timestamp: at(1), Value: 4 },
        { MetricName: 'Requests', Timestamp: at(2), Value: 10 },
      ]);
      const results = await get([
        stat('errors', 'Errors', 'Sum', { ReturnData: false }),
        stat('requests', 'Requests', 'Sum', { ReturnData: false }),
        { Id: 'share', Expression: '100 * FILL(errors, 0) / requests', Label: 'Errors (%)' },
      ]);
      expect(results).toEqual([
        expect.objectContaining({
          ...{ Id: 'share', Label: 'Errors (%)', Timestamps: [at(2), at(1)], Values: [0, 25] },
        }),
      ]);
    });

    it('replaces the dynamic parts of labels', async () => {
      await put([
        {
          MetricName: 'Errors',
          Timestamp: at(1),
          Value: 1,
          Dimensions: [{ Name: 'Fn', Value: 'api' }],
        },
        {
          MetricName: 'Errors',
          Timestamp: at(2),
          Value: 4,
          Dimensions: [{ Name: 'Fn', Value: 'api' }],
        },
      ]);
      const [found] = await get([
        {
          Id: 'm1',
          Label: "${PROP('Dim.Fn')} ${LABEL}: ${SUM}, ${MAX}, ${LAST}, ${UNKNOWN}",
          MetricStat: {
            ...{ Period: 60, Stat: 'Sum' },
            Metric: {
              ...{ Namespace: namespace, MetricName: 'Errors' },
              Dimensions: [{ Name: 'Fn', Value: 'api' }],
            },
          },
        },
      ]);
      expect(found?.Label).toBe('api Errors: 5, 4, 4, ${UNKNOWN}');
    });

    it('returns pages with the requested number of data points', async () => {
      await put(
        [0, 1, 2, 3, 4].flatMap((minute) =>
          ['A', 'B'].map((MetricName) => ({ MetricName, Timestamp: at(minute), Value: minute })),
        ),
      );
      const pages: unknown[] = [];
      const paginator = paginateGetMetricData(
        { client },
        {
          ...range,
          ...{ MaxDatapoints: 4, ScanBy: 'TimestampAscending' },
          MetricDataQueries: [stat('a', 'A'), stat('none', 'None'), stat('b', 'B')],
        },
      );
      for await (const { MetricDataResults: results = [] } of paginator) {
        pages.push(results.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]));
      }
      expect(pages).toEqual([
        [
          ['a', [0, 1, 2, 3], 'PartialData'],
          ['none', [], 'Complete'],
        ],
        [
          ['a', [4], 'Complete'],
          ['b', [0, 1, 2], 'PartialData'],
        ],
        [['b', [3, 4], 'Complete']],
      ]);
    });

    it.each([
      ['a wrong expression', [{ Id: 'e1', Expression: 'm1 +' }], {}, /Error in expression 'e1'/],
      ['a statistic that does not exist', [stat('m1', 'x', 'Median')], {}, /Median/],
      ['no queries', [], {}, /no queries/],
      [
        'a period of 45 s',
        [
          {
            ...stat('m1', 'x'),
            MetricStat: { Metric: { Namespace: 'x', MetricName: 'x' }, Period: 45, Stat: 'Sum' },
          },
        ],
        {},
        /multiple of 60/,
      ],
      ['a token of another request', [stat('m1', 'x')], { NextToken: 'abc' }, /NextToken/],
      ['a range that ends before it starts', [stat('m1', 'x')], { EndTime: at(-1) }, /less than/],
    ])('refuses %s', async (_name, queries, more, message) => {
      await expect(get(queries, more)).rejects.toThrow(message);
    });
  });

  describe('GetMetricStatistics refuses', () => {
    const get = (more: object) =>
      client.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: namespace, MetricName: 'x', Period: 60, ...range },
          ...more,
        }),
      );
    it.each([
      ['no statistics', {}, /Must specify either/],
      ['both kinds', { Statistics: ['Sum'], ExtendedStatistics: ['p50'] }, /both/],
      ['more than 1440 data points', { Statistics: ['Sum'], EndTime: at(1500) }, /1500 datapoints/],
      ['a wrong statistic', { Statistics: ['Median'] }, /Statistics.member.1 is invalid/],
      ['a wrong percentile', { ExtendedStatistics: ['p101'] }, /p101/],
    ])('%s', async (_name, more, message) => {
      await expect(get(more)).rejects.toThrow(message);
    });
  });

  describe('ListMetrics', () => {
    it('filters by name and dimensions', async () => {
      const dimension = (Value: string) => [{ Name: 'Fn', Value }];
      await put([
        { MetricName: 'A', Value: 1, Dimensions: dimension('x') },
        { MetricName: 'A', Value: 1, Dimensions: dimension('y') },
        { MetricName: 'A', Value: 1 },
        { MetricName: 'B', Value: 1, Dimensions: dimension('x') },
      ]);
      const names = async (more: object): Promise<string[]> => {
        const input = { Namespace: namespace, ...more };
        const { Metrics = [] } = await client.send(new ListMetricsCommand(input));
        return Metrics.map(
          ({ MetricName, Dimensions }) => `${MetricName ?? ''}${Dimensions?.[0]?.Value ?? ''}`,
        );
      };
      expect(await names({})).toEqual(expect.arrayContaining(['A', 'Ax', 'Ay', 'Bx']));
      expect(await names({ MetricName: 'A', Dimensions: [{ Name: 'Fn' }] })).toEqual(['Ax', 'Ay']);
      expect(await names({ Dimensions: dimension('x'), RecentlyActive: 'PT3H' })).toEqual([
        'Ax',
        'Bx',
      ]);
    });

    it('returns pages of 500', async () => {
      await put(Array.from({ length: 700 }, (_, n) => ({ MetricName: `m${n}`, Value: n })));
      const sizes: number[] = [];
      const names = new Set<string | undefined>();
      for await (const { Metrics = [] } of paginateListMetrics(
        { client },
        { Namespace: namespace },
      )) {
        sizes.push(Metrics.length);
        for (const { MetricName } of Metrics) names.add(MetricName);
      }
      expect(sizes).toEqual([500, 200]);
      expect(names.size).toBe(700);
    });
  });
});
