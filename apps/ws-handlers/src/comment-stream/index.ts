import { createDocumentClient, createDynamoDBClient } from '@blogapp/data-access';
import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeBroadcaster } from '../broadcaster.ts';
import { SERVICE, commentStreamEnvironment } from '../environment.ts';
import { createCommentStream } from './comment-stream.ts';

const environment = readEnvironment(commentStreamEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const client = telemetry.tracing.captureClient(createDynamoDBClient());

export const handler = instrument(
  telemetry,
  { name: 'comment-stream' },
  createCommentStream({
    tables: {
      client: createDocumentClient(client),
      commentsTable: environment.DYNAMODB_COMMENTS_TABLE,
      postsTable: environment.DYNAMODB_POSTS_TABLE,
    },
    broadcaster: composeBroadcaster(environment, telemetry),
  }),
);
