import type { EventOf, StackEvent } from '../../events/index.ts';
import { MetricStore } from '../metrics/index.ts';
import { NOW_MS } from '../testing/facts.ts';
import { platformMetrics } from './index.ts';

function storeOf(...events: readonly StackEvent[]): MetricStore {
  const store = new MetricStore();
  const add = platformMetrics(store);
  for (const event of events) add(event);
  return store;
}

function callOf(operation: string, fields: Partial<EventOf<'aws.call'>> = {}): StackEvent {
  return {
    ...{ type: 'aws.call', timeMs: NOW_MS, service: 'sqs', operation, statusCode: 200 },
    ...{ requestBytes: 900, responseBytes: 1, durationMs: 1, resource: 'jobs' },
    ...fields,
  };
}

function batchOf(type: 'batch.read' | 'batch.succeeded', records: number): StackEvent {
  const of = { functionName: 'f', source: 'sqs', sourceName: 'jobs', mapping: 'm' } as const;
  return type === 'batch.read'
    ? { type, timeMs: NOW_MS, ...of, records, bytes: 10, ageMs: 5 }
    : { type, timeMs: NOW_MS, ...of, records, durationMs: 3 };
}

/** A statistic of a queue's metric. Undefined if it has no value. */
function of(store: MetricStore, name: string, statistic: string, queueName = 'jobs') {
  const [point] = store.query({
    ...{ namespace: 'AWS/SQS', name, dimensions: { QueueName: queueName } },
    ...{ statistics: [statistic], periodSeconds: 3600 },
    ...{ startMs: NOW_MS - 60_000, endMs: NOW_MS + 60_000 },
  });
  return point?.statistics[statistic];
}

it('counts messages that calls send, receive and delete', () => {
  const store = storeOf(
    callOf('SendMessage', { resources: [{ name: 'jobs', items: 1, bytes: 100 }] }),
    callOf('SendMessageBatch', { resources: [{ name: 'jobs', items: 3, bytes: 600 }] }),
    callOf('ReceiveMessage', { resources: [{ name: 'jobs', items: 2 }] }),
    callOf('ReceiveMessage', { resources: [{ name: 'jobs', items: 0 }] }),
    callOf('DeleteMessageBatch', { resources: [{ name: 'jobs', items: 2 }] }),
  );
  expect(of(store, 'NumberOfMessagesSent', 'Sum')).toBe(4);
  expect(of(store, 'NumberOfMessagesReceived', 'Sum')).toBe(2);
  expect(of(store, 'NumberOfEmptyReceives', 'Sum')).toBe(1);
  expect(of(store, 'NumberOfMessagesDeleted', 'Sum')).toBe(2);
  // There is one value for each message, in bytes.
  expect(of(store, 'SentMessageSize', 'SampleCount')).toBe(4);
  expect(of(store, 'SentMessageSize', 'Sum')).toBe(700);
  expect(of(store, 'SentMessageSize', 'Maximum')).toBe(200);
});

it('counts what event source mappings receive and delete', () => {
  const store = storeOf(batchOf('batch.read', 10), batchOf('batch.succeeded', 7));
  expect(of(store, 'NumberOfMessagesReceived', 'Sum')).toBe(10);
  expect(of(store, 'NumberOfMessagesDeleted', 'Sum')).toBe(7);
});

it('does not count calls that failed or that concern another queue', () => {
  const resources = [{ name: 'jobs', items: 1, bytes: 1 }];
  const store = storeOf(callOf('SendMessage', { statusCode: 400, resources }));
  expect(of(store, 'NumberOfMessagesSent', 'Sum')).toBeUndefined();
  expect(
    of(storeOf(callOf('SendMessage', { resources })), 'NumberOfMessagesSent', 'Sum', 'other'),
  ).toBe(undefined);
});

it('has the depth of a queue and the age of its oldest message, in seconds', () => {
  const store = storeOf({
    ...{ type: 'queue.depth', timeMs: NOW_MS, queueName: 'jobs' },
    ...{ visible: 5, notVisible: 2, delayed: 1, oldestAgeMs: 61_400 },
  });
  expect(of(store, 'ApproximateNumberOfMessagesVisible', 'Maximum')).toBe(5);
  expect(of(store, 'ApproximateNumberOfMessagesNotVisible', 'Maximum')).toBe(2);
  expect(of(store, 'ApproximateNumberOfMessagesDelayed', 'Maximum')).toBe(1);
  expect(of(store, 'ApproximateAgeOfOldestMessage', 'Maximum')).toBe(61);
});

it('has AWS’s names and units, by queue', () => {
  const store = storeOf(
    callOf('SendMessage', { resources: [{ name: 'jobs', items: 1, bytes: 100 }] }),
    batchOf('batch.read', 1),
  );
  const listed = store.list({ namespace: 'AWS/SQS' });
  expect(listed.map(({ name, unit }) => [name, unit]).sort()).toEqual([
    ['NumberOfMessagesReceived', 'Count'],
    ['NumberOfMessagesSent', 'Count'],
    ['SentMessageSize', 'Bytes'],
  ]);
  expect(listed.every(({ dimensions }) => dimensions.QueueName === 'jobs')).toBe(true);
});
