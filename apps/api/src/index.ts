import {
  createCommentsRepository,
  createDocumentClient,
  createDynamoDBClient,
  createFavoritesRepository,
  createIdempotencyStore,
  createPostsRepository,
  createRateLimiter,
} from '@blogapp/data-access';
import { createTokenVerifier } from '@blogapp/identity';
import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { apiEnvironment } from './environment.ts';
import { failedResponse, serveEvents } from './lambda.ts';

const environment = readEnvironment(apiEnvironment);
const telemetry = createTelemetry('api', environment);
const client = createDocumentClient(telemetry.tracing.captureClient(createDynamoDBClient()));
const postsTable = environment.DYNAMODB_POSTS_TABLE;
const commentsTable = environment.DYNAMODB_COMMENTS_TABLE;
const favoritesTable = environment.DYNAMODB_FAVORITES_TABLE;
const requestControlsTable = environment.DYNAMODB_REQUEST_CONTROLS_TABLE;

const app = createApp(
  {
    posts: createPostsRepository({ client, postsTable, traceId: telemetry.tracing.traceId }),
    comments: createCommentsRepository({
      ...{ client, commentsTable, postsTable },
      traceId: telemetry.tracing.traceId,
    }),
    favorites: createFavoritesRepository({ client, favoritesTable, postsTable }),
    idempotency: createIdempotencyStore({ client, requestControlsTable }),
    writes: createRateLimiter({
      client,
      requestControlsTable,
      capacity: environment.WRITE_BURST,
      refillPerSecond: environment.WRITES_PER_MINUTE / 60,
    }),
    verifier: createTokenVerifier({
      projectId: environment.FIREBASE_PROJECT_ID,
      environment: environment.ENVIRONMENT,
      emulatorHost: environment.FIREBASE_AUTH_EMULATOR_HOST,
      jwksUri: environment.FIREBASE_JWKS_URI,
    }),
  },
  {
    version: packageJson.version,
    environment: environment.ENVIRONMENT,
    webOrigin: environment.CORS_ORIGIN,
  },
);

export const handler = instrument(
  telemetry,
  { name: 'api', respondToError: failedResponse },
  serveEvents(app),
);
