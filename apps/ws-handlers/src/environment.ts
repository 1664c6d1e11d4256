import { commonEnvironment, integer, text, url } from '@blogapp/observability';

/** The `service` of every WebSocket handler: they do one job together, and their metrics add up. */
export const SERVICE = 'ws-handlers';

/** The variables of a handler that reads or writes the connections table. */
export const connectionsEnvironment = {
  ...commonEnvironment,
  DYNAMODB_CONNECTIONS_TABLE: text,
  CHANNEL_SHARDS: integer({ min: 1, max: 256 }),
  /** The second number of shards; 0 except while the number is being changed. */
  OTHER_CHANNEL_SHARDS: integer({ min: 0, max: 256 }),
};

/** The variables of a handler that also delivers events. */
export const deliveryEnvironment = {
  ...connectionsEnvironment,
  AWS_REGION: text,
  WEBSOCKET_API_ENDPOINT: url,
  FANOUT_QUEUE_URL: url,
  FANOUT_DEAD_LETTER_QUEUE_URL: url,
};

/** The variables of the handler of messages: for connections, and for replays. */
export const messagesEnvironment = {
  ...connectionsEnvironment,
  AWS_REGION: text,
  WEBSOCKET_API_ENDPOINT: url,
  DYNAMODB_POSTS_TABLE: text,
  DYNAMODB_COMMENTS_TABLE: text,
};

/** The variables of the handler of the Comments stream. */
export const commentStreamEnvironment = {
  ...deliveryEnvironment,
  DYNAMODB_POSTS_TABLE: text,
  DYNAMODB_COMMENTS_TABLE: text,
};

/** The variables of the handler of the Posts stream. */
export const postStreamEnvironment = {
  ...commentStreamEnvironment,
  DYNAMODB_FAVORITES_TABLE: text,
};
