import { SQSClient } from '@aws-sdk/client-sqs';
import { createFanoutQueue } from '@blogapp/broadcast';
import type { FanoutQueue } from '@blogapp/broadcast';
import type { EnvironmentOf, Tracing } from '@blogapp/observability';
import type { deliveryEnvironment } from './environment.ts';

/**
 * Makes the queue for the pushes that a delivery had no time for. Import it lazily: see
 * `composeBroadcaster`.
 */
export function composeFanoutQueue(
  environment: EnvironmentOf<typeof deliveryEnvironment>,
  tracing: Tracing,
): FanoutQueue {
  return createFanoutQueue({
    client: tracing.captureClient(new SQSClient({})),
    queueUrl: environment.FANOUT_QUEUE_URL,
    traceId: tracing.traceId,
    deadLetterQueueUrl: environment.FANOUT_DEAD_LETTER_QUEUE_URL,
  });
}
