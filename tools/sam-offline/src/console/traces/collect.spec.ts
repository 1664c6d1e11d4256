import type { EventOf, StackEvent } from '../../events/index.ts';
import { succeededOf, NOW_MS, requestOf, startedOf } from '../../insights/testing/facts.ts';
import { factsStore } from '../kept/testing/facts-store.ts';
import { collectTrace } from './collect.ts';
import { rowsOf, treeOf } from './waterfall.ts';

const trace = (digit: string): string => `1-6a0b1c2d-${digit.repeat(24)}`;

function callOf(fields: Partial<EventOf<'aws.call'>>): EventOf<'aws.call'> {
  return {
    ...{ type: 'aws.call', timeMs: NOW_MS, service: 'dynamodb', operation: 'PutItem' },
    ...{ resource: 'orders', statusCode: 200, requestBytes: 1, responseBytes: 1, durationMs: 2 },
    ...fields,
  };
}

function batchOf(fields: Partial<EventOf<'batch.read'>>): EventOf<'batch.read'> {
  return {
    ...{ type: 'batch.read', timeMs: NOW_MS, functionName: 'shop-bill', records: 1 },
    ...{ source: 'dynamodb-stream', sourceName: 'orders', mapping: 'Bill', bytes: 1, ageMs: 1 },
    ...fields,
  };
}

/**
 * A request writes an item, the stream's function sends a message, and the queue's function ends
 * the chain.
 */
const HOPS: readonly StackEvent[] = [
  callOf({ traceId: trace('1'), invocationId: 'take', wrote: ['change-1'] }),
  succeededOf({ traceId: trace('1'), requestId: 'take', functionName: 'shop-take' }),
  requestOf({ traceId: trace('1'), timeMs: NOW_MS + 1, invocationId: 'take' }),
  batchOf({ traceId: trace('2'), timeMs: NOW_MS + 10, carries: ['change-0', 'change-1'] }),
  callOf({
    ...{ traceId: trace('2'), timeMs: NOW_MS + 14, service: 'sqs', operation: 'SendMessage' },
    ...{ resource: 'bills', invocationId: 'bill', wrote: ['message-1'] },
  }),
  succeededOf({ traceId: trace('2'), timeMs: NOW_MS + 15, requestId: 'bill', durationMs: 4 }),
  batchOf({
    ...{ traceId: trace('3'), timeMs: NOW_MS + 20, source: 'sqs', sourceName: 'bills' },
    carries: ['message-1'],
  }),
  batchOf({ traceId: trace('4'), timeMs: NOW_MS + 21, carries: ['change-2'] }),
];

async function rowsOfTrace(id: string): Promise<string[]> {
  const collected = await collectTrace(factsStore(HOPS), id);
  return rowsOf(treeOf(collected?.spans ?? [])).map(({ depth, name }) => `${depth} ${name}`);
}

it('continues from a write to the batches that carry what was written, hop by hop', async () => {
  expect(await rowsOfTrace(trace('1'))).toEqual([
    '0 GET /items',
    '1 shop-take',
    '2 DynamoDB PutItem',
    '3 dynamodb-stream orders',
    '4 shop-api',
    '5 SQS SendMessage',
    '6 sqs bills',
  ]);
});

it('names the trace that led to a batch, and shows what follows from the batch', async () => {
  const collected = await collectTrace(factsStore(HOPS), trace('2'));
  expect(collected?.earlier).toEqual([trace('1')]);
  expect(await rowsOfTrace(trace('2'))).toEqual([
    '0 dynamodb-stream orders',
    '1 shop-api',
    '2 SQS SendMessage',
    '3 sqs bills',
  ]);
});

it('does not take a write of the same item for the one that a batch carries', async () => {
  const later = callOf({ traceId: trace('5'), timeMs: NOW_MS + 30, wrote: ['change-1'] });
  const collected = await collectTrace(factsStore([...HOPS, later]), trace('5'));
  expect(collected?.spans).toHaveLength(1);
  expect((await collectTrace(factsStore([...HOPS, later]), trace('2')))?.earlier).toEqual([
    trace('1'),
  ]);
});

/**
 * A function stores an object; the bucket notifies a topic; the topic delivers to a function and a
 * queue.
 */
const DELIVERIES: readonly StackEvent[] = [
  callOf({
    ...{ traceId: trace('1'), service: 's3', operation: 'PutObject', resource: 'pictures' },
    ...{ invocationId: 'save', wrote: ['s3-request'] },
  }),
  succeededOf({
    traceId: trace('1'),
    timeMs: NOW_MS + 1,
    requestId: 'save',
    segmentId: 'a'.repeat(16),
  }),
  deliveryOf({
    ...{ service: 's3', source: 'pictures', target: 'arn:aws:sns:r:1:news' },
    ...{ timeMs: NOW_MS + 2, messageId: 's3-request', wrote: ['sns-message'] },
  }),
  deliveryOf({
    ...{ target: 'arn:aws:lambda:r:1:function:shop-show:live', timeMs: NOW_MS + 3 },
    ...{ messageId: 'sns-message', invocationId: 'show' },
  }),
  deliveryOf({
    ...{ target: 'arn:aws:sqs:r:1:bills', timeMs: NOW_MS + 3 },
    ...{ messageId: 'sns-message', wrote: ['message-1'] },
  }),
  // Its parent is the function that stored the object, by the trace header of the call.
  succeededOf({
    ...{ traceId: trace('1'), timeMs: NOW_MS + 9, requestId: 'show', functionName: 'shop-show' },
    ...{ segmentId: 'b'.repeat(16), parentId: 'a'.repeat(16), durationMs: 4 },
  }),
  batchOf({
    ...{ traceId: trace('3'), timeMs: NOW_MS + 20, source: 'sqs', sourceName: 'bills' },
    carries: ['message-1'],
  }),
];

function deliveryOf(fields: Partial<EventOf<'delivery'>>): EventOf<'delivery'> {
  return {
    ...{ type: 'delivery', timeMs: NOW_MS, traceId: trace('1'), service: 'sns', source: 'news' },
    ...{ target: '', outcome: 'delivered', attempt: 1, durationMs: 1 },
    ...fields,
  };
}

it('continues over buckets, topics and queues to what follows from them', async () => {
  const collected = await collectTrace(factsStore(DELIVERIES), trace('1'));
  const rows = rowsOf(treeOf(collected?.spans ?? []));
  expect(rows.map(({ depth, name, detail = '' }) => `${depth} ${name} ${detail}`.trim())).toEqual([
    '0 shop-api',
    '1 S3 PutObject pictures',
    '2 S3 pictures to news',
    '3 SNS news to shop-show',
    '4 shop-show',
    '3 SNS news to bills',
    '4 sqs bills 1 records read',
  ]);
});

it('names the trace whose delivery led to a batch', async () => {
  const collected = await collectTrace(factsStore(DELIVERIES), trace('3'));
  expect(collected?.earlier).toEqual([trace('1')]);
});

it('shows how long an invocation has waited for its environment', async () => {
  const of = { traceId: trace('1'), requestId: 'waited' };
  const facts = [
    startedOf({ ...of, timeMs: NOW_MS - 20, queuedMs: 100 }),
    succeededOf({ ...of, durationMs: 20 }),
    startedOf({ traceId: trace('1'), requestId: 'started at once', timeMs: NOW_MS }),
    succeededOf({ traceId: trace('1'), requestId: 'started at once', timeMs: NOW_MS + 20 }),
  ];
  const { spans = [] } = (await collectTrace(factsStore(facts), trace('1'))) ?? {};
  expect(spans.filter(({ kind }) => kind === 'wait')).toMatchObject([
    { name: 'waits for an environment', startMs: NOW_MS - 120, durationMs: 100 },
  ]);
});
