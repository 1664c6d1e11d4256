import * as z from 'zod/mini';

/** What a write does. Values from the browser's storage are checked with this schema. */
export const operationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post.create'), title: z.string(), body: z.string() }),
  z.object({
    kind: z.literal('post.update'),
    postId: z.string(),
    title: z.string(),
    body: z.string(),
    /**
     * The entity tag of the post that the author changed: the API refuses to change another
     * version.
     */
    etag: z.string(),
  }),
  z.object({ kind: z.literal('post.delete'), postId: z.string(), etag: z.string() }),
  z.object({
    kind: z.literal('comment.create'),
    postId: z.string(),
    body: z.string(),
    /**
     * The greatest change id in the list when it was written: a newer comment in the list may be
     * this one.
     */
    after: z.optional(z.string()),
  }),
  z.object({
    kind: z.literal('comment.update'),
    postId: z.string(),
    commentId: z.string(),
    body: z.string(),
  }),
  z.object({ kind: z.literal('comment.delete'), postId: z.string(), commentId: z.string() }),
  z.object({ kind: z.literal('favorite'), postId: z.string(), isFavorite: z.boolean() }),
]);

export type Operation = z.output<typeof operationSchema>;

/** Why a write was refused. */
export const refusalSchema = z.object({
  /** The reason in words for the author: that of the API, or what happened. */
  reason: z.string(),
  /** Whether the post was changed meanwhile: then the editor compares both versions. */
  isConflict: z.boolean(),
});

export type Refusal = z.output<typeof refusalSchema>;

/** A write that the API has not confirmed. */
export const pendingWriteSchema = z.object({
  /** The `Idempotency-Key` of each try. */
  id: z.string(),
  /** The author. The write is sent only while they are signed in. */
  userId: z.string(),
  /** When it was written (milliseconds since 1970). */
  createdAt: z.number(),
  /** How many tries have begun. From the first one on, the API may have done it already. */
  tries: z.number(),
  operation: operationSchema,
  /** Why the API refused it; absent when it was not refused. */
  refusal: z.optional(refusalSchema),
});

export type PendingWrite = z.output<typeof pendingWriteSchema>;

/** Makes a random id that no other write has; `crypto.randomUUID` is missing without HTTPS. */
export function newWriteId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
