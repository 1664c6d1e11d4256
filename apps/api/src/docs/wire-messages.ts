import type { ClientMessage, ResponseMessage, ServerEvent } from '@blogapp/shared-types';

const POST_ID = '01KAR6M0G0A1B2C3D4E5F6G7H8';
const COMMENT_ID = '01KAR6PVZ0Z9Y8X7W6V5T4S3R2';
const CHANNEL = `post:${POST_ID}` as const;
const AT = '2026-11-23T08:00:00.000Z';
const ENVELOPE = {
  id: '01KAR6PVZ0M1N2P3Q4R5S6T7V8',
  channel: CHANNEL,
  occurredAt: AT,
  meta: { correlationId: '01KAR6M0G0' },
};
const COMMENT = {
  postId: POST_ID,
  commentId: COMMENT_ID,
  authorId: 'nBHhHhVSYDaX5mJOaOHHNU4aBUQ2',
  authorName: 'Aiko',
  body: 'Thank you, this helped!',
  createdAt: AT,
};

/**
 * The description and schema of each message. A message type without a description does not
 * compile.
 */
interface Described<Message> {
  readonly summary: string;
  readonly example: Message;
}

type ByAction = {
  readonly [Action in ClientMessage['action']]: Described<
    Extract<ClientMessage, { action: Action }>
  >;
};
type ByType<Message extends { type: string }> = {
  readonly [Type in Message['type']]: Described<Extract<Message, { type: Type }>>;
};

export const clientMessages: ByAction = {
  subscribe: {
    summary:
      'Joins channels. With `since`, the greatest event id that the client has seen, later changes are replayed first.',
    example: { action: 'subscribe', channels: [CHANNEL] },
  },
  unsubscribe: {
    summary: 'Leaves channels.',
    example: { action: 'unsubscribe', channels: [CHANNEL] },
  },
  ping: {
    summary: 'Requests a `pong`, and keeps the connection open.',
    example: { action: 'ping' },
  },
};

export const responseMessages: ByType<ResponseMessage> = {
  subscribed: {
    summary: 'The channels are joined; `replayed` events came before this response.',
    example: { type: 'subscribed', channels: [CHANNEL], replayed: 0 },
  },
  unsubscribed: {
    summary: 'The channels are left.',
    example: { type: 'unsubscribed', channels: [CHANNEL] },
  },
  replay: {
    summary:
      'What the client has missed in the channels of its `subscribe`, before the response: as many events as fit into a message, the oldest first. Handle each as if it were a message of its own.',
    example: {
      type: 'replay',
      events: [{ type: 'comment.created', ...ENVELOPE, data: COMMENT }],
    },
  },
  replay_truncated: {
    summary: 'Too much was missed in these channels: load their posts again.',
    example: { type: 'replay_truncated', channels: [CHANNEL] },
  },
  pong: { summary: 'The response to a `ping`.', example: { type: 'pong', at: AT } },
  echo: {
    summary: 'The response to any text that has none of the actions above.',
    example: { type: 'echo', data: 'hello' },
  },
  error: {
    summary:
      'Nothing was done. `invalid_message`: the message has wrong or missing fields, or exceeds a limit. `connection_gone`: connect again. `internal_error`: it is logged under the id in the message. The connection stays open.',
    example: {
      type: 'error',
      code: 'invalid_message',
      message: 'This is not a "subscribe" message',
      issues: [{ path: 'channels.0', message: 'expected "all" or "post:<ULID>"' }],
    },
  },
};

export const serverEvents: ByType<ServerEvent> = {
  'comment.created': {
    summary: 'Somebody wrote a comment on the post of the channel.',
    example: { type: 'comment.created', ...ENVELOPE, data: COMMENT },
  },
  'comment.updated': {
    summary: 'A comment was changed.',
    example: { type: 'comment.updated', ...ENVELOPE, data: { ...COMMENT, updatedAt: AT } },
  },
  'comment.deleted': {
    summary: 'A comment was deleted.',
    example: {
      type: 'comment.deleted',
      ...ENVELOPE,
      data: { postId: POST_ID, commentId: COMMENT_ID, deletedAt: AT },
    },
  },
  'post.updated': {
    summary: 'The post was changed: load its body again.',
    example: {
      type: 'post.updated',
      ...ENVELOPE,
      data: { postId: POST_ID, title: 'Fan-out without tears', updatedAt: AT },
    },
  },
  'post.deleted': {
    summary: 'The post was deleted; its comments are deleted in the background.',
    example: { type: 'post.deleted', ...ENVELOPE, data: { postId: POST_ID, deletedAt: AT } },
  },
  'post.stats': {
    summary: 'The counts of the post have changed. Keep those with the greatest `countsVersion`.',
    example: {
      type: 'post.stats',
      ...ENVELOPE,
      data: { postId: POST_ID, commentCount: 12, favoriteCount: 3, countsVersion: 15 },
    },
  },
  announcement: {
    summary: 'Sent by the operator, with `POST /broadcast/comments`.',
    example: { type: 'announcement', ...ENVELOPE, channel: 'all', data: { text: 'Hello' } },
  },
};
