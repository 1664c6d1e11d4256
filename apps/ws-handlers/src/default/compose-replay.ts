import { createConnectionsTransport } from '@blogapp/broadcast';
import { createDocumentClient, createDynamoDBClient, readReplay } from '@blogapp/data-access';
import type { EnvironmentOf, Tracing } from '@blogapp/observability';
import type { messagesEnvironment } from '../environment.ts';
import { createReplay, type ReplayTo } from './replay.ts';

/** The replay of one execution environment. */
export function composeReplay(
  environment: EnvironmentOf<typeof messagesEnvironment>,
  tracing: Tracing,
): ReplayTo {
  const client = tracing.captureClient(createDynamoDBClient(environment.DYNAMODB_ENDPOINT));
  const tables = {
    client: createDocumentClient(client),
    commentsTable: environment.DYNAMODB_COMMENTS_TABLE,
    postsTable: environment.DYNAMODB_POSTS_TABLE,
  };
  const transport = createConnectionsTransport({
    endpoint: environment.WEBSOCKET_API_ENDPOINT,
    region: environment.AWS_REGION,
  });
  return createReplay({
    read: (channels, since) => readReplay(tables, channels, since),
    post: (connectionId, payload) => transport.post(connectionId, payload),
  });
}
