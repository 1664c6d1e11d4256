import type { EventOf } from '../../events/index.ts';
import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';
import type { MetricReaders } from './readers.ts';

/** Errors of the caller that DynamoDB counts by table and not as a UserError. */
const OWN_METRICS = new Set([
  'ConditionalCheckFailedException',
  'TransactionCanceledException',
  'TransactionConflictException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

const THROTTLED =
  /^(?:ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/;
/** The codes of the same errors in the reasons of a cancelled transaction. */
const THROTTLED_ITEM = /^(?:ThrottlingError|ProvisionedThroughputExceeded)$/;
const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

/**
 * The metrics of `AWS/DynamoDB`
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html).
 */
export function dynamoDbMetrics(store: MetricStore): MetricReaders {
  const recorder = new Recorder(store, 'AWS/DynamoDB');
  const ofTable = memoize((tableName: string) => {
    const sets = [{ TableName: tableName }];
    const count = (name: string) => recorder.metric(name, 'Count', sets);
    return {
      readUnits: count('ConsumedReadCapacityUnits'),
      writeUnits: count('ConsumedWriteCapacityUnits'),
      readThrottles: count('ReadThrottleEvents'),
      writeThrottles: count('WriteThrottleEvents'),
      conditionalCheckFailed: count('ConditionalCheckFailedRequests'),
      transactionConflict: count('TransactionConflict'),
      timeToLiveDeleted: count('TimeToLiveDeletedItemCount'),
    };
  });
  const ofOperation = memoize((tableName: string, operation: string) => {
    const sets = [{ TableName: tableName, Operation: operation }];
    return {
      latency: recorder.metric('SuccessfulRequestLatency', 'Milliseconds', sets),
      returnedItems: recorder.metric('ReturnedItemCount', 'Count', sets),
      systemErrors: recorder.metric('SystemErrors', 'Count', sets),
      throttled: recorder.metric('ThrottledRequests', 'Count', sets),
    };
  });
  const userErrors = recorder.metric('UserErrors', 'Count', [{}]);

  /** Metrics of events count items, metrics of requests count calls. */
  const onThrottled = (event: EventOf<'aws.call'>, tableName: string, items: number): void => {
    const { readThrottles, writeThrottles } = ofTable(tableName);
    (READS.has(event.operation) ? readThrottles : writeThrottles)(event.timeMs, items);
  };

  const onCall = (event: EventOf<'aws.call'>): void => {
    const { timeMs, operation, errorType, statusCode } = event;
    const isThrottled = errorType !== undefined && THROTTLED.test(errorType);
    for (const { name, items, readUnits, writeUnits } of event.resources ?? []) {
      const table = ofTable(name);
      const metrics = ofOperation(name, operation);
      if (statusCode < 400) {
        metrics.latency(timeMs, event.durationMs);
        const returnsItems = operation === 'Query' || operation === 'Scan';
        if (returnsItems && items !== undefined) metrics.returnedItems(timeMs, items);
        if (readUnits !== undefined) table.readUnits(timeMs, readUnits);
      }
      if (writeUnits !== undefined && !isThrottled) table.writeUnits(timeMs, writeUnits);
      if (statusCode >= 500) metrics.systemErrors(timeMs, 1);
      if (errorType === 'ConditionalCheckFailedException') table.conditionalCheckFailed(timeMs, 1);
      if (errorType === 'TransactionConflictException') table.transactionConflict(timeMs, 1);
      if (isThrottled) {
        metrics.throttled(timeMs, 1);
        onThrottled(event, name, operation.startsWith('Batch') ? (items ?? 1) : 1);
      }
    }
    // The reasons of a cancelled transaction, item by item. A conflict and a failed condition are
    // counted by table.
    const throttledItems = (event.cancellations ?? []).filter(({ code }) =>
      THROTTLED_ITEM.test(code),
    );
    for (const [name, items] of Map.groupBy(throttledItems, (item) => item.name)) {
      ofOperation(name, operation).throttled(timeMs, 1);
      onThrottled(event, name, items.length);
    }
    for (const { name, code } of event.cancellations ?? []) {
      if (code === 'TransactionConflict') ofTable(name).transactionConflict(timeMs, 1);
      if (code === 'ConditionalCheckFailed') ofTable(name).conditionalCheckFailed(timeMs, 1);
    }
    const isUserError = statusCode >= 400 && statusCode < 500 && !OWN_METRICS.has(errorType ?? '');
    if (isUserError) userErrors(timeMs, 1);
  };

  return {
    'aws.call'(event) {
      if (event.service === 'dynamodb') onCall(event);
    },
    'ttl.removed'({ timeMs, tableName, items }) {
      ofTable(tableName).timeToLiveDeleted(timeMs, items);
    },
  };
}
