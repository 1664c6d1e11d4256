import { createChannelStore } from '@blogapp/broadcast';
import type { ChannelStore } from '@blogapp/broadcast';
import { createDynamoDBClient } from '@blogapp/data-access';
import type { EnvironmentOf, Tracing } from '@blogapp/observability';
import type { connectionsEnvironment } from './environment.ts';

/** Makes the store of channels and connections of an execution environment. */
export function composeChannels(
  environment: EnvironmentOf<typeof connectionsEnvironment>,
  tracing: Tracing,
): ChannelStore {
  return createChannelStore({
    client: tracing.captureClient(createDynamoDBClient()),
    tableName: environment.DYNAMODB_CONNECTIONS_TABLE,
    shards: environment.CHANNEL_SHARDS,
    otherShards: environment.OTHER_CHANNEL_SHARDS || undefined,
  });
}
