import { createDocumentClient, createDynamoDBClient } from '@blogapp/data-access';
import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeBroadcaster } from '../broadcaster.ts';
import { SERVICE, postStreamEnvironment } from '../environment.ts';
import { createPostStream } from './post-stream.ts';

const environment = readEnvironment(postStreamEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const client = telemetry.tracing.captureClient(createDynamoDBClient());

export const handler = instrument(
  telemetry,
  { name: 'post-stream' },
  createPostStream({
    tables: {
      client: createDocumentClient(client),
      commentsTable: environment.DYNAMODB_COMMENTS_TABLE,
      favoritesTable: environment.DYNAMODB_FAVORITES_TABLE,
      postsTable: environment.DYNAMODB_POSTS_TABLE,
    },
    broadcaster: composeBroadcaster(environment, telemetry),
  }),
);
