import type { EventOf } from '../../events/index.ts';
import { MetricStore } from '../metrics/index.ts';
import { NOW_MS } from '../testing/facts.ts';
import { platformMetrics } from './index.ts';

const TABLE = { TableName: 'posts' };

function storeOf(...calls: readonly Partial<EventOf<'aws.call'>>[]): MetricStore {
  const store = new MetricStore();
  const add = platformMetrics(store);
  for (const call of calls) {
    add({
      ...{ type: 'aws.call', timeMs: NOW_MS, service: 'dynamodb', operation: 'PutItem' },
      ...{ statusCode: 200, requestBytes: 1, responseBytes: 1, durationMs: 1 },
      resources: [{ name: 'posts', items: 1, writeUnits: 1 }],
      ...call,
    });
  }
  return store;
}

/** The sum of a metric with some dimensions. Undefined if it has no value. */
function sumOf(store: MetricStore, name: string, dimensions: Record<string, string> = TABLE) {
  const [point] = store.query({
    ...{ namespace: 'AWS/DynamoDB', name, dimensions, statistics: ['Sum'] },
    ...{ startMs: NOW_MS - 60_000, endMs: NOW_MS + 60_000, periodSeconds: 3600 },
  });
  return point?.statistics.Sum;
}

describe('a call that is throttled', () => {
  const throttled = { statusCode: 400, errorType: 'ThrottlingException' };

  it('is an event of its table and a request of its operation, and takes no capacity', () => {
    const store = storeOf({}, throttled, throttled);
    expect(sumOf(store, 'WriteThrottleEvents')).toBe(2);
    expect(sumOf(store, 'ReadThrottleEvents')).toBeUndefined();
    expect(sumOf(store, 'ThrottledRequests', { ...TABLE, Operation: 'PutItem' })).toBe(2);
    expect(sumOf(store, 'ConsumedWriteCapacityUnits')).toBe(1);
    expect(sumOf(store, 'UserErrors', {})).toBeUndefined();
  });

  it('is one request and an event an item, where it is a batch', () => {
    const resources = [{ name: 'posts', items: 3, readUnits: 1.5 }];
    const store = storeOf({ ...throttled, operation: 'BatchGetItem', resources });
    expect(sumOf(store, 'ReadThrottleEvents')).toBe(3);
    expect(sumOf(store, 'ThrottledRequests', { ...TABLE, Operation: 'BatchGetItem' })).toBe(1);
  });

  it('is one event for a query, however many items its page would have had', () => {
    const resources = [{ name: 'posts', items: 3, readUnits: 1.5 }];
    const store = storeOf({ ...throttled, operation: 'Query', resources });
    expect(sumOf(store, 'ReadThrottleEvents')).toBe(1);
  });

  it('counts by the reasons of a cancelled transaction, item by item', () => {
    const store = storeOf({
      ...{ operation: 'TransactWriteItems', statusCode: 400 },
      ...{ errorType: 'TransactionCanceledException', resources: [] },
      cancellations: [
        { name: 'posts', code: 'ThrottlingError' },
        { name: 'comments', code: 'ConditionalCheckFailed' },
        { name: 'posts', code: 'ProvisionedThroughputExceeded' },
      ],
    });
    expect(sumOf(store, 'WriteThrottleEvents')).toBe(2);
    expect(sumOf(store, 'ThrottledRequests', { ...TABLE, Operation: 'TransactWriteItems' })).toBe(
      1,
    );
    expect(sumOf(store, 'ConditionalCheckFailedRequests', { TableName: 'comments' })).toBe(1);
  });
});

describe('a call that succeeds', () => {
  it('has a latency by operation, and takes capacity of its table', () => {
    const store = storeOf(
      { durationMs: 7 },
      { operation: 'GetItem', durationMs: 3, resources: [{ name: 'posts', readUnits: 0.5 }] },
      { operation: 'Query', resources: [{ name: 'posts', items: 12, readUnits: 2 }] },
    );
    const operation = (Operation: string) => ({ ...TABLE, Operation });
    expect(sumOf(store, 'SuccessfulRequestLatency', operation('PutItem'))).toBe(7);
    expect(sumOf(store, 'SuccessfulRequestLatency', operation('GetItem'))).toBe(3);
    expect(sumOf(store, 'ReturnedItemCount', operation('Query'))).toBe(12);
    expect(sumOf(store, 'ReturnedItemCount', operation('GetItem'))).toBeUndefined();
    expect(sumOf(store, 'ConsumedReadCapacityUnits')).toBe(2.5);
    expect(sumOf(store, 'ConsumedWriteCapacityUnits')).toBe(1);
  });
});

describe('a call that fails', () => {
  it('takes capacity if its condition did not hold, and is not a user error', () => {
    const store = storeOf({ statusCode: 400, errorType: 'ConditionalCheckFailedException' });
    expect(sumOf(store, 'ConditionalCheckFailedRequests')).toBe(1);
    expect(sumOf(store, 'ConsumedWriteCapacityUnits')).toBe(1);
    expect(sumOf(store, 'UserErrors', {})).toBeUndefined();
  });

  it('is a user error of the account if the caller made it', () => {
    const store = storeOf({ statusCode: 400, errorType: 'ValidationException' });
    expect(sumOf(store, 'UserErrors', {})).toBe(1);
    expect(sumOf(store, 'SuccessfulRequestLatency', { ...TABLE, Operation: 'PutItem' })).toBe(
      undefined,
    );
  });

  it('is a system error of its table and operation if DynamoDB made it', () => {
    const store = storeOf({ statusCode: 500, errorType: 'InternalServerError' });
    expect(sumOf(store, 'SystemErrors', { ...TABLE, Operation: 'PutItem' })).toBe(1);
    expect(sumOf(store, 'UserErrors', {})).toBeUndefined();
  });

  it('is a conflict of its table, alone or in a transaction', () => {
    const store = storeOf(
      { statusCode: 400, errorType: 'TransactionConflictException' },
      {
        ...{ operation: 'TransactWriteItems', statusCode: 400, resources: [] },
        errorType: 'TransactionCanceledException',
        cancellations: [{ name: 'posts', code: 'TransactionConflict' }],
      },
    );
    expect(sumOf(store, 'TransactionConflict')).toBe(2);
  });
});

it('counts the items that TTL has deleted', () => {
  const store = new MetricStore();
  platformMetrics(store)({ type: 'ttl.removed', timeMs: NOW_MS, tableName: 'posts', items: 4 });
  expect(sumOf(store, 'TimeToLiveDeletedItemCount')).toBe(4);
});
