import { commonEnvironment, integer, optional, text, url } from '@blogapp/observability';

/** The environment variables of the API's function. */
export const apiEnvironment = {
  ...commonEnvironment,
  CORS_ORIGIN: url,
  DYNAMODB_POSTS_TABLE: text,
  DYNAMODB_COMMENTS_TABLE: text,
  DYNAMODB_FAVORITES_TABLE: text,
  DYNAMODB_REQUEST_CONTROLS_TABLE: text,
  FIREBASE_PROJECT_ID: text,
  FIREBASE_AUTH_EMULATOR_HOST: optional(text),
  FIREBASE_JWKS_URI: optional(url),
  /** How many writes a user may do at once. */
  WRITE_BURST: integer({ min: 1, max: 10_000 }),
  /** How many writes a minute a user may do over a long time. */
  WRITES_PER_MINUTE: integer({ min: 1, max: 60_000 }),
};
