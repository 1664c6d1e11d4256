import { EventTooLargeError, InvalidEventError } from '@blogapp/broadcast';
import type { Broadcaster, Budget } from '@blogapp/broadcast';
import type { BatchOutcome, Publish } from '@blogapp/data-access';
import { asError } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import type { DynamoDBBatchResponse } from 'aws-lambda';

/**
 * Makes the function that publishes the events of a stream's records. An event that can never be
 * sent is logged and skipped: another delivery of its record would fail too, and would delay the
 * records after it.
 */
export function publisherOf(
  broadcaster: Pick<Broadcaster, 'publish'>,
  invocation: Invocation,
): Publish {
  return async (event, channel, correlationId) => {
    try {
      await broadcaster.publish(event, channel, {
        budget: shareOf(() => invocation.remainingMs()),
        correlationId,
      });
    } catch (error) {
      if (!(error instanceof InvalidEventError || error instanceof EventTooLargeError)) throw error;
      invocation.logger.error('an event can not be sent', {
        error,
        correlation_id: correlationId,
        eventId: event.id,
        channel,
      });
      invocation.metrics.record('EventsDropped', 1);
    }
  };
}

/**
 * The budget of one event: a quarter of the time that is left, because the batch may have more
 * events. What does not fit is queued.
 */
function shareOf(remainingMs: () => number): Budget {
  const reserved = (remainingMs() * 3) / 4;
  return { remainingMs: () => Math.max(0, remainingMs() - reserved) };
}

/**
 * The response to a batch: Lambda delivers the batch again from the first record that failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function batchResponse(
  { failedSequenceNumber, errors }: BatchOutcome,
  { logger, metrics }: Pick<Invocation, 'logger' | 'metrics'>,
): DynamoDBBatchResponse {
  for (const { error, correlationId } of errors) {
    logger.error('records failed and are delivered again', {
      error: asError(error),
      ...(correlationId !== undefined && { correlation_id: correlationId }),
      failedSequenceNumber,
    });
  }
  if (failedSequenceNumber === undefined) return { batchItemFailures: [] };
  metrics.record('StreamBatchesFailed', 1);
  return { batchItemFailures: [{ itemIdentifier: failedSequenceNumber }] };
}
