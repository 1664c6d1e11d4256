import * as z from 'zod/mini';
import { channelSchema } from './channels.ts';
import { ulidSchema } from './ids.ts';

/** API Gateway's limit for one WebSocket message, which `@connections` enforces with a 413. */
export const MAX_MESSAGE_BYTES = 128 * 1024;

const isoTime = z.iso.datetime();

const commentSchema = z.object({
  postId: ulidSchema,
  commentId: ulidSchema,
  authorId: z.string(),
  authorName: z.optional(z.string()),
  body: z.string(),
  createdAt: isoTime,
  updatedAt: z.optional(isoTime),
});

const envelope = {
  /** The same for each delivery of one change: clients drop the ids that they have seen. */
  id: ulidSchema,
  channel: channelSchema,
  occurredAt: isoTime,
  meta: z.object({ correlationId: z.string() }),
};

/** Everything that is pushed to subscribers. */
export const serverEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('comment.created'), ...envelope, data: commentSchema }),
  z.object({ type: z.literal('comment.updated'), ...envelope, data: commentSchema }),
  z.object({
    type: z.literal('comment.deleted'),
    ...envelope,
    data: z.object({ postId: ulidSchema, commentId: ulidSchema, deletedAt: isoTime }),
  }),
  z.object({
    type: z.literal('post.updated'),
    ...envelope,
    data: z.object({ postId: ulidSchema, title: z.string(), updatedAt: isoTime }),
  }),
  z.object({
    type: z.literal('post.deleted'),
    ...envelope,
    data: z.object({ postId: ulidSchema, deletedAt: isoTime }),
  }),
  z.object({
    type: z.literal('post.stats'),
    ...envelope,
    data: z.object({
      postId: ulidSchema,
      commentCount: z.number(),
      favoriteCount: z.number(),
      /**
       * It grows with each change of the counts. Two streams publish counts, without an order
       * between them: drop counts with a lower version than yours.
       */
      countsVersion: z.number(),
    }),
  }),
  z.object({
    type: z.literal('announcement'),
    ...envelope,
    data: z.record(z.string(), z.unknown()),
  }),
]);

export type ServerEvent = z.infer<typeof serverEventSchema>;
export type ServerEventType = ServerEvent['type'];
export type CommentSnapshot = z.infer<typeof commentSchema>;

/**
 * An event before it is published: `publish` adds the channel, the correlation id, and the id and
 * time if they are absent.
 */
export type EventDraft = ServerEvent extends infer E
  ? E extends ServerEvent
    ? Pick<E, 'type' | 'data'> & { readonly id?: string; readonly occurredAt?: string }
    : never
  : never;

const issueSchema = z.object({ path: z.string(), message: z.string() });

/** The responses to a client's own messages, and what is pushed before them. */
export const responseMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribed'),
    channels: z.array(channelSchema),
    /** How many events were replayed before this response. */
    replayed: z.number(),
  }),
  /** Missed events, the oldest first: as many as fit into a message. Each names its channel. */
  z.object({
    type: z.literal('replay'),
    events: z.array(serverEventSchema).check(z.minLength(1)),
  }),
  z.object({ type: z.literal('unsubscribed'), channels: z.array(channelSchema) }),
  z.object({ type: z.literal('replay_truncated'), channels: z.array(channelSchema) }),
  z.object({ type: z.literal('pong'), at: isoTime }),
  z.object({ type: z.literal('echo'), data: z.string() }),
  z.object({
    type: z.literal('error'),
    code: z.enum(['invalid_message', 'connection_gone', 'internal_error']),
    message: z.string(),
    issues: z.optional(z.array(issueSchema)),
  }),
]);

export type ResponseMessage = z.infer<typeof responseMessageSchema>;
export type ServerMessage = ServerEvent | ResponseMessage;
