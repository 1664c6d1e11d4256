import { createBroadcaster, createConnectionsTransport } from '@blogapp/broadcast';
import type { Broadcaster, FanoutQueue } from '@blogapp/broadcast';
import { createDynamoDBClient } from '@blogapp/data-access';
import { broadcastDelivered } from '@blogapp/observability';
import type { EnvironmentOf, Telemetry } from '@blogapp/observability';
import type { deliveryEnvironment } from './environment.ts';

/** Makes the broadcaster of an execution environment. */
export function composeBroadcaster(
  environment: EnvironmentOf<typeof deliveryEnvironment>,
  { logger, metrics, tracing }: Telemetry,
): Broadcaster {
  return createBroadcaster({
    client: tracing.captureClient(createDynamoDBClient()),
    tableName: environment.DYNAMODB_CONNECTIONS_TABLE,
    shards: environment.CHANNEL_SHARDS,
    otherShards: environment.OTHER_CHANNEL_SHARDS || undefined,
    transport: createConnectionsTransport({
      endpoint: environment.WEBSOCKET_API_ENDPOINT,
      region: environment.AWS_REGION,
    }),
    queue: loadedLate(() =>
      import('./fanout-queue.ts').then(({ composeFanoutQueue }) =>
        composeFanoutQueue(environment, tracing),
      ),
    ),
    observer: {
      log: logger,
      trace: {
        phase: (name, work, annotations) =>
          tracing.subsegment(name, async () => work(), annotations),
      },
      onDelivery: (figures) => {
        broadcastDelivered(metrics, figures);
      },
    },
  });
}

/** A queue whose code is loaded with its first task: most deliveries need none. */
function loadedLate(load: () => Promise<FanoutQueue>): FanoutQueue {
  let loaded: Promise<FanoutQueue> | undefined;
  const queue = (): Promise<FanoutQueue> => (loaded ??= load());
  return {
    send: async (body, options) => (await queue()).send(body, options),
    sendToDeadLetters: async (body, reason) => (await queue()).sendToDeadLetters(body, reason),
  };
}
