import { setTimeout as delay } from 'node:timers/promises';
import type { LambdaInvoker } from '../lambda/index.ts';
import { recordBytes } from './batch-payload.ts';
import type { BatchFacts } from './batch-facts.ts';
import { changeId, type StreamRecord } from '../services/index.ts';
import type { EventSourceMapping } from '../template/index.ts';
import { retryDelayMs, type RetryDelays } from './backoff.ts';
import type { DiscardCondition, DiscardedBatch } from './failure-destination.ts';
import { invokeWithBatch, itemFailuresReason } from './invocation.ts';

export type StreamSettings = Extract<EventSourceMapping['source'], { type: 'dynamodb' }>;

export interface BatchDelivery {
  readonly mapping: EventSourceMapping;
  readonly settings: StreamSettings;
  readonly functionArn: string;
  readonly executedVersion: string;
  readonly streamArn: string;
  readonly invoker: LambdaInvoker;
  readonly retryDelays: RetryDelays;
  readonly facts: BatchFacts;
  /** Sends the record about a discarded batch to the on-failure destination. */
  readonly discard: (batch: DiscardedBatch, facts: BatchFacts) => Promise<void>;
  /** Aborted when the mapping stops. Nothing is retried after that. */
  readonly stopping: AbortSignal;
}

/**
 * Delivers records of one shard to the function, in order, until each is handled or discarded. It
 * retries with increasing delays, from the first failed record if the function reports it. It
 * splits a failing batch in two if `BisectBatchOnFunctionError` is set. It discards records after
 * the maximum number of retries and at the maximum age.
 *
 * It returns before all records are delivered only if the mapping stops.
 *
 * @param settled called with consecutive records that were handled or discarded, in order
 */
export async function deliverBatch(
  delivery: BatchDelivery,
  shardId: string,
  records: readonly StreamRecord[],
  settled: (records: readonly StreamRecord[]) => void,
): Promise<void> {
  const { mapping, settings, stopping } = delivery;
  const maximumInvokes = (settings.maximumRetryAttempts ?? Number.POSITIVE_INFINITY) + 1;
  const { facts } = delivery;
  const startedAt = performance.now();
  let remaining = records;
  let invokes = 0;
  let throttles = 0;
  let requestId = '';
  let functionError = false;

  const discard = async (
    given: readonly StreamRecord[],
    condition: DiscardCondition,
  ): Promise<void> => {
    const { functionArn, executedVersion, streamArn } = delivery;
    await delivery.discard(
      {
        ...{ condition, requestId, functionError, shardId, records: given },
        ...{ functionArn, executedVersion, streamArn, invokeCount: invokes },
      },
      facts,
    );
    settled(given);
  };

  while (!stopping.aborted) {
    const tooOld = countTooOld(remaining, settings.maximumRecordAgeMs);
    if (tooOld > 0) {
      await discard(remaining.slice(0, tooOld), 'RecordAgeExceeded');
      remaining = remaining.slice(tooOld);
    }
    if (remaining.length === 0) return;

    const batch = remaining;
    const outcome = await invokeWithBatch(
      delivery.invoker,
      mapping,
      batch,
      mapping.reportBatchItemFailures,
      () => new Set(batch.map(sequenceNumber)),
      facts.traceId,
    );
    if (outcome.type === 'success') {
      facts.succeeded(batch.length, performance.now() - startedAt);
      settled(batch);
      return;
    }
    if (outcome.type === 'throttled') {
      throttles += 1;
      await pause(retryDelayMs(delivery.retryDelays, throttles), stopping);
      continue;
    }

    requestId = outcome.requestId;
    functionError = outcome.type === 'error';
    invokes += 1;
    if (outcome.type === 'partial') {
      const firstFailed = batch.findIndex((record) => outcome.failed.has(sequenceNumber(record)));
      facts.succeeded(firstFailed, performance.now() - startedAt);
      settled(batch.slice(0, firstFailed));
      remaining = batch.slice(firstFailed);
      // Another record is now the first of the batch. Its attempts are counted from this one.
      if (firstFailed > 0) invokes = 1;
    }
    const reason =
      outcome.type === 'partial' ? itemFailuresReason(outcome.failed.size) : outcome.reason;

    if (outcome.type !== 'partial' && settings.bisectBatchOnFunctionError && batch.length > 1) {
      // Splitting does not count as a retry, so a bad record is alone in its batch before its
      // retries are used up.
      const middle = Math.ceil(batch.length / 2);
      facts.bisected(batch.length, [middle, batch.length - middle]);
      await deliverBatch(delivery, shardId, batch.slice(0, middle), settled);
      await deliverBatch(delivery, shardId, batch.slice(middle), settled);
      return;
    }
    if (invokes >= maximumInvokes) {
      await discard(remaining, 'RetryAttemptsExhausted');
      return;
    }
    facts.retried(batch.length, remaining.length, invokes, reason, ageOfLastMs(remaining));
    await pause(retryDelayMs(delivery.retryDelays, invokes), stopping);
  }
}

function sequenceNumber(record: StreamRecord): string {
  return record.dynamodb.SequenceNumber;
}

/**
 * Counts the records that are too old. They are the first ones, because records are in the order of
 * their age.
 */
function countTooOld(records: readonly StreamRecord[], maximumAgeMs: number | undefined): number {
  if (maximumAgeMs === undefined) return 0;
  const oldestAllowed = (Date.now() - maximumAgeMs) / 1000;
  const firstYoung = records.findIndex(
    (record) => (record.dynamodb.ApproximateCreationDateTime ?? 0) >= oldestAllowed,
  );
  return firstYoung === -1 ? records.length : firstYoung;
}

/** Reports that records of a table were read and will be delivered. */
export function tellRead(
  facts: BatchFacts,
  tableName: string,
  records: readonly StreamRecord[],
): void {
  const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
  const ids = records.map(({ dynamodb: { Keys: key = {}, ApproximateCreationDateTime: second } }) =>
    changeId(tableName, key, second ?? 0),
  );
  facts.read(ids, bytes, ageOfLastMs(records));
}

/**
 * Gives Lambda's IteratorAge, in ms: the age of the last record when the batch is sent to the
 * function.
 */
function ageOfLastMs(records: readonly StreamRecord[]): number {
  const writtenAt = records.at(-1)?.dynamodb.ApproximateCreationDateTime;
  return writtenAt === undefined ? 0 : Math.max(0, Date.now() - writtenAt * 1000);
}

/** Waits for `ms`, or returns at once when the mapping stops. */
export async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: stopping }).catch(() => undefined);
}
