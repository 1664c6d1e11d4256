import { createConnectionsTransport } from '@blogapp/broadcast';
import { createDocumentClient, createDynamoDBClient, readReplay } from '@blogapp/data-access';
import type { EnvironmentOf, Tracing } from '@blogapp/observability';
import type { messagesEnvironment } from '../environment.ts';
import type { ReplaySources } from './replay.ts';

/**
 * Makes what replays read from and push to, for an execution environment. This is a separate
 * bundle, which is loaded for the first replay: see esbuild.config.cjs.
 */
export function composeReplaySources(
  environment: EnvironmentOf<typeof messagesEnvironment>,
  tracing: Tracing,
): ReplaySources {
  const client = tracing.captureClient(createDynamoDBClient());
  const tables = {
    client: createDocumentClient(client),
    commentsTable: environment.DYNAMODB_COMMENTS_TABLE,
    postsTable: environment.DYNAMODB_POSTS_TABLE,
  };
  const transport = createConnectionsTransport({
    endpoint: environment.WEBSOCKET_API_ENDPOINT,
    region: environment.AWS_REGION,
  });
  return {
    read: (channels, since) => readReplay(tables, channels, since),
    push: (connectionId, payload) => transport.push(connectionId, payload),
  };
}
