import type { EventOf, StackEvent } from '../../events/index.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { cached, Recorder } from './recorder.ts';

/** Errors that the caller made, and that DynamoDB counts by table and not as a UserError. */
const OWN_METRICS = new Set([
  'ConditionalCheckFailedException',
  'TransactionCanceledException',
  'TransactionConflictException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
]);

/**
 * The metrics of `AWS/DynamoDB`
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html).
 */
export function dynamoDbMetrics(store: MetricStore): (event: StackEvent) => void {
  const recorder = new Recorder(store, 'AWS/DynamoDB');
  const ofTable = cached((tableName = '') => {
    const sets = [{ TableName: tableName }];
    const count = (name: string) => recorder.metric(name, 'Count', sets);
    return {
      readUnits: count('ConsumedReadCapacityUnits'),
      writeUnits: count('ConsumedWriteCapacityUnits'),
      conditionalCheckFailed: count('ConditionalCheckFailedRequests'),
      transactionConflict: count('TransactionConflict'),
      timeToLiveDeleted: count('TimeToLiveDeletedItemCount'),
    };
  });
  const ofOperation = cached((tableName = '', operation = '') => {
    const sets = [{ TableName: tableName, Operation: operation }];
    return {
      latency: recorder.metric('SuccessfulRequestLatency', 'Milliseconds', sets),
      returnedItems: recorder.metric('ReturnedItemCount', 'Count', sets),
      systemErrors: recorder.metric('SystemErrors', 'Count', sets),
      throttled: recorder.metric('ThrottledRequests', 'Count', sets),
    };
  });
  const userErrors = recorder.metric('UserErrors', 'Count', [{}]);

  const onCall = (event: EventOf<'aws.call'>): void => {
    const { timeMs, operation, errorType, statusCode } = event;
    for (const { name, items, readUnits, writeUnits } of event.resources ?? []) {
      const table = ofTable(name);
      const metrics = ofOperation(name, operation);
      if (statusCode < 400) {
        metrics.latency(timeMs, event.durationMs);
        const returnsItems = operation === 'Query' || operation === 'Scan';
        if (returnsItems && items !== undefined) metrics.returnedItems(timeMs, items);
        if (readUnits !== undefined) table.readUnits(timeMs, readUnits);
      }
      if (writeUnits !== undefined) table.writeUnits(timeMs, writeUnits);
      if (statusCode >= 500) metrics.systemErrors(timeMs, 1);
      if (errorType === 'ConditionalCheckFailedException') table.conditionalCheckFailed(timeMs, 1);
      if (errorType === 'TransactionConflictException') table.transactionConflict(timeMs, 1);
      if (/Throttling|ThroughputExceeded/.test(errorType ?? '')) metrics.throttled(timeMs, 1);
    }
    // Why a transaction was cancelled, item by item: a conflict and a failed condition are counted by table.
    for (const { name, code } of event.cancellations ?? []) {
      if (code === 'TransactionConflict') ofTable(name).transactionConflict(timeMs, 1);
      if (code === 'ConditionalCheckFailed') ofTable(name).conditionalCheckFailed(timeMs, 1);
    }
    const isUserError = statusCode >= 400 && statusCode < 500 && !OWN_METRICS.has(errorType ?? '');
    if (isUserError) userErrors(timeMs, 1);
  };

  return (event) => {
    if (event.type === 'aws.call' && event.service === 'dynamodb') onCall(event);
    else if (event.type === 'ttl.removed') {
      ofTable(event.tableName).timeToLiveDeleted(event.timeMs, event.items);
    }
  };
}
