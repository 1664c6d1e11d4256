import type { Broadcaster } from '@blogapp/broadcast';
import { asError, correlationIdOfRecord } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { deliveryBudget } from '../delivery-budget.ts';

export interface FanoutDependencies {
  readonly broadcaster: Pick<Broadcaster, 'deliver'>;
}

/**
 * Makes the FanoutQueue's worker, which makes the pushes that a broadcast had no time for. It
 * reports each failed task as a batch item failure, so SQS delivers only that one again, and moves
 * it to the dead-letter queue after `maxReceiveCount` tries.
 */
export function createFanout({ broadcaster }: FanoutDependencies) {
  return async (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const record of event.Records) {
      if (!(await delivered(record, invocation))) {
        batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    }
    return { batchItemFailures };
  };

  async function delivered(record: SQSRecord, invocation: Invocation): Promise<boolean> {
    const { logger, metrics, tracing } = invocation;
    logger.setCorrelationId(correlationIdOfRecord(record) ?? invocation.correlationId);

    try {
      const report = await tracing.subsegment('deliver', () =>
        broadcaster.deliver(record.body, {
          budget: deliveryBudget(invocation),
          receiveCount: Number(record.attributes.ApproximateReceiveCount),
        }),
      );
      // A message that is not a task has no figures of a delivery. It goes to the dead-letter queue
      // too, so the metric for that queue must count it.
      if (report.eventId === undefined) {
        metrics.record('BroadcastDeadLettered', report.deadLettered);
      }
      return true;
    } catch (error) {
      logger.error('delivery failed', {
        error: asError(error),
        messageId: record.messageId,
        receiveCount: record.attributes.ApproximateReceiveCount,
      });
      metrics.record('DeliveriesFailed', 1);
      return false;
    }
  }
}
