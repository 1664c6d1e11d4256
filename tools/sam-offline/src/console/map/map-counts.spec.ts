import type { EventOf, StackEvent } from '../../events/index.ts';
import {
  succeededOf,
  failedOf,
  NOW_MS,
  requestOf,
  startedOf,
} from '../../insights/testing/facts.ts';
import { loadText } from '../../template/testing/load-text.ts';
import { factsStore } from '../kept/testing/facts-store.ts';
import { MapCounts } from './map-counts.ts';
import { templateMap } from './template-map.ts';

const MAP = templateMap(
  loadText(
    `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: shop-api
      CodeUri: api
      Handler: index.handler
      Runtime: nodejs24.x
      Events:
        Saved: { Type: S3, Properties: { Bucket: !Ref Pictures, Events: 's3:ObjectCreated:*' } }
        Told: { Type: SNS, Properties: { Topic: !Ref News } }
        Daily: { Type: ScheduleV2, Properties: { Name: daily, ScheduleExpression: rate(1 day) } }
        Sold:
          Type: EventBridgeRule
          Properties: { RuleName: sold, Pattern: { source: [shop] } }
  Pictures: { Type: AWS::S3::Bucket, Properties: { BucketName: pictures } }
  News: { Type: AWS::SNS::Topic, Properties: { TopicName: news } }
  # A table with the name of a function is another node.
  Same: { Type: AWS::Serverless::SimpleTable, Properties: { TableName: shop-api } }
`,
    { stackName: 'shop', files: { 'api/index.mjs': '' } },
  ),
);
const FN = 'arn:aws:lambda:ap-northeast-1:123456789012:function:shop-api';

function deliveryOf(fields: Partial<EventOf<'delivery'>>): EventOf<'delivery'> {
  return {
    ...{ type: 'delivery', timeMs: NOW_MS, service: 's3', source: 'pictures', target: FN },
    ...{ outcome: 'delivered', attempt: 1, durationMs: 1 },
    ...fields,
  };
}

function countsOf(facts: readonly StackEvent[], startMs = NOW_MS - 60_000) {
  const store = factsStore(facts);
  const counts = new MapCounts(store, MAP, { startMs, endMs: Infinity }, 60_000);
  return { store, counts };
}

it('draws buckets, topics, buses, rules and schedules with what they send to', () => {
  expect([...MAP.nodes.keys()].sort()).toEqual([
    'bucket:pictures',
    'event-bus:default',
    'function:shop-api',
    'rule:sold',
    'schedule:daily',
    'table:shop-api',
    'topic:news',
  ]);
  expect(MAP.edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual([
    'bucket:pictures → function:shop-api',
    'event-bus:default → rule:sold',
    'rule:sold → function:shop-api',
    'schedule:daily → function:shop-api',
    'topic:news → function:shop-api',
  ]);
});

it('counts the deliveries of services, and those that failed', async () => {
  const { counts } = countsOf([
    deliveryOf({}),
    deliveryOf({ service: 'sns', source: 'news', outcome: 'retried', error: 'no' }),
    deliveryOf({ service: 'sns', source: 'news', outcome: 'failed', error: 'no' }),
    deliveryOf({ service: 'events', source: 'sold' }),
    deliveryOf({ service: 'scheduler', source: 'daily', outcome: 'failed', error: 'no' }),
  ]);
  await counts.readOn();
  const sums = counts.since(NOW_MS - 60_000);
  expect(sums.get('rule:sold')).toEqual({ calls: 1, errors: 0 });
  expect(sums.get('event-bus:default rule:sold')).toMatchObject({ calls: 1 });
  expect(sums.get('schedule:daily')).toEqual({ calls: 1, errors: 1 });
  expect(sums.get('topic:news')).toEqual({ calls: 0, errors: 1 });
  expect(sums.get('bucket:pictures function:shop-api')).toMatchObject({ calls: 1 });
  expect(sums.get('topic:news function:shop-api')).toMatchObject({ calls: 2 });
});

it('reads each fact once, and drops what is before the range', async () => {
  const facts: StackEvent[] = [
    succeededOf({ timeMs: NOW_MS - 30_000 }),
    failedOf({ timeMs: NOW_MS - 20_000 }),
  ];
  const { store, counts } = countsOf(facts);
  await counts.readOn();
  expect(counts.since(NOW_MS - 60_000).get('function:shop-api')).toEqual({ calls: 2, errors: 1 });
  facts.push(succeededOf({ timeMs: NOW_MS }));
  await counts.readOn();
  expect(counts.since(NOW_MS - 25_000).get('function:shop-api')).toEqual({ calls: 2, errors: 1 });
  expect(counts.since(NOW_MS - 5000).get('function:shop-api')).toEqual({ calls: 1, errors: 0 });
  expect(counts.since(NOW_MS + 5000).get('function:shop-api')).toBeUndefined();
  expect(store.read).toEqual([0, 1, 2]);
  expect(counts.startMs).toBeGreaterThan(NOW_MS);
});

it('counts an invocation once, under the function', async () => {
  const { counts } = countsOf([
    {
      ...{ type: 'aws.call', timeMs: NOW_MS, service: 'lambda', operation: 'Invoke' },
      ...{ resource: 'shop-api', statusCode: 202, requestBytes: 1, responseBytes: 1 },
      durationMs: 1,
    },
    succeededOf(),
    requestOf({ apiId: 'unknown' }),
  ]);
  await counts.readOn();
  const sums = counts.since(NOW_MS - 60_000);
  expect(sums.get('function:shop-api')).toEqual({ calls: 1, errors: 0 });
  expect(sums.get('table:shop-api')).toBeUndefined();
});

it('counts the invocations that run now, without those that an earlier run did not end', async () => {
  const queued = (timeMs: number): StackEvent => ({
    ...{ type: 'invocation.queued', timeMs, functionName: 'shop-api', requestId: `r${timeMs}` },
    traceId: '',
  });
  const started: StackEvent = {
    ...{ type: 'stack.started', timeMs: NOW_MS, stackName: 'shop', region: 'r', accountId: '1' },
    ...{ pid: 1, resources: [] },
  };
  const facts = [queued(NOW_MS - 2), queued(NOW_MS - 1), started, queued(NOW_MS + 1)];
  const { counts } = countsOf(facts);
  await counts.readOn();
  expect(counts.runningOf('shop-api')).toBe(1);
  // One that has waited for long, and one whose wait is told with its start only.
  facts.push(
    startedOf({ timeMs: NOW_MS + 2, queuedMs: 1500, wasQueued: true }),
    startedOf({ timeMs: NOW_MS + 2, queuedMs: 1 }),
  );
  await counts.readOn();
  expect(counts.runningOf('shop-api')).toBe(2);
  facts.push(succeededOf({ timeMs: NOW_MS + 3 }), succeededOf({ timeMs: NOW_MS + 3 }));
  await counts.readOn();
  expect(counts.runningOf('shop-api')).toBe(0);
});
