import { SQSClient } from '@aws-sdk/client-sqs';
import {
  createBroadcaster,
  createConnectionsTransport,
  createFanoutQueue,
} from '@blogapp/broadcast';
import type { Broadcaster } from '@blogapp/broadcast';
import { createDynamoDBClient } from '@blogapp/data-access';
import { broadcastDelivered } from '@blogapp/observability';
import type { EnvironmentOf, Telemetry } from '@blogapp/observability';
import type { deliveryEnvironment } from './environment.ts';

/** The broadcaster of one execution environment. */
export function composeBroadcaster(
  environment: EnvironmentOf<typeof deliveryEnvironment>,
  { logger, metrics, tracing }: Telemetry,
): Broadcaster {
  return createBroadcaster({
    client: tracing.captureClient(createDynamoDBClient(environment.DYNAMODB_ENDPOINT)),
    tableName: environment.DYNAMODB_CONNECTIONS_TABLE,
    shards: environment.CHANNEL_SHARDS,
    transport: createConnectionsTransport({
      endpoint: environment.WEBSOCKET_API_ENDPOINT,
      region: environment.AWS_REGION,
    }),
    queue: createFanoutQueue({
      client: tracing.captureClient(new SQSClient({})),
      queueUrl: environment.FANOUT_QUEUE_URL,
      deadLetterQueueUrl: environment.FANOUT_DEAD_LETTER_QUEUE_URL,
    }),
    observer: {
      log: logger,
      onDelivery: (figures) => {
        broadcastDelivered(metrics, figures);
      },
    },
  });
}
