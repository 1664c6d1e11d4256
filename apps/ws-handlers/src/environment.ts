import { commonEnvironment, integer, text, url } from '@blogapp/observability';

/** The `service` of every WebSocket handler: they do one job together, and their metrics add up. */
export const SERVICE = 'ws-handlers';

/** What a handler needs that reads or writes the connections table. */
export const connectionsEnvironment = {
  ...commonEnvironment,
  DYNAMODB_CONNECTIONS_TABLE: text,
  CHANNEL_SHARDS: integer({ min: 1, max: 256 }),
  /** 0, except while the number of shards is being changed. */
  OTHER_CHANNEL_SHARDS: integer({ min: 0, max: 256 }),
};

/** What a handler needs that delivers events as well. */
export const deliveryEnvironment = {
  ...connectionsEnvironment,
  AWS_REGION: text,
  WEBSOCKET_API_ENDPOINT: url,
  FANOUT_QUEUE_URL: url,
  FANOUT_DEAD_LETTER_QUEUE_URL: url,
};

/** What the handler of messages needs: connections, and what it replays to them. */
export const messagesEnvironment = {
  ...connectionsEnvironment,
  AWS_REGION: text,
  WEBSOCKET_API_ENDPOINT: url,
  DYNAMODB_POSTS_TABLE: text,
  DYNAMODB_COMMENTS_TABLE: text,
};

/** What the consumer of the Comments stream needs. */
export const commentStreamEnvironment = {
  ...deliveryEnvironment,
  DYNAMODB_POSTS_TABLE: text,
  DYNAMODB_COMMENTS_TABLE: text,
};

/** What the consumer of the Posts stream needs. */
export const postStreamEnvironment = {
  ...commentStreamEnvironment,
  DYNAMODB_FAVORITES_TABLE: text,
};
