import type { JsonClient } from '../services/index.ts';

/** Why a batch was discarded. */
export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface DiscardedBatch {
  readonly condition: DiscardCondition;
  readonly requestId: string;
  /** The ARN that was invoked, with its alias or version. */
  readonly functionArn: string;
  /** The version: `$LATEST`, or a number. */
  readonly executedVersion: string;
  readonly invokeCount: number;
  /** True if the function failed; false if it reported item failures, or was not invoked. */
  readonly functionError: boolean;
  readonly shardId: string;
  readonly streamArn: string;
  readonly records: readonly {
    readonly dynamodb: {
      readonly SequenceNumber: string;
      readonly ApproximateCreationDateTime?: number;
    };
  }[];
}

/**
 * Makes the message for an on-failure destination. It has the positions of the records in the
 * stream, not the records themselves.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureRecord(batch: DiscardedBatch, now = new Date()): object {
  const { records } = batch;
  const first = records.at(0)?.dynamodb;
  const last = records.at(-1)?.dynamodb;
  return {
    requestContext: {
      requestId: batch.requestId,
      functionArn: batch.functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    ...(batch.invokeCount === 0
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: batch.executedVersion,
            functionError: batch.functionError ? 'Unhandled' : null,
          },
        }),
    version: '1.0',
    timestamp: now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: batch.streamArn,
    },
  };
}

function arrival(seconds = 0): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Sends a record to the queue with an ARN (`arn:aws:sqs:<region>:<account>:<name>`). */
export async function sendToQueue(
  queues: JsonClient,
  endpoint: string,
  queueArn: string,
  message: object,
): Promise<void> {
  const [account, name] = queueArn.split(':').slice(4);
  await queues.call('AmazonSQS.SendMessage', {
    QueueUrl: `${endpoint}/${account ?? ''}/${name ?? ''}`,
    MessageBody: JSON.stringify(message),
  });
}
