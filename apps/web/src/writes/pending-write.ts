import * as z from 'zod/mini';

/** What a write does. What is read back from the browser's storage is checked with this. */
export const operationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post.create'), title: z.string(), body: z.string() }),
  z.object({
    kind: z.literal('post.update'),
    postId: z.string(),
    title: z.string(),
    body: z.string(),
    /** Of the post that the author changed: the API refuses the change of another version. */
    etag: z.string(),
  }),
  z.object({ kind: z.literal('post.delete'), postId: z.string(), etag: z.string() }),
  z.object({
    kind: z.literal('comment.create'),
    postId: z.string(),
    body: z.string(),
    /** The greatest change id that the list had then: what is newer may be this very comment. */
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
  /** In words for whoever wrote it: what the API said, or what happened. */
  reason: z.string(),
  /** The post was changed meanwhile: the editor compares both. */
  isConflict: z.boolean(),
});

export type Refusal = z.output<typeof refusalSchema>;

/** A write that the API has not confirmed. */
export const pendingWriteSchema = z.object({
  /** The `Idempotency-Key` of each try. */
  id: z.string(),
  /** Whose it is: it is sent only while they are signed in. */
  userId: z.string(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  /** The tries that began. From the first one on, the API may have done it already. */
  tries: z.number(),
  operation: operationSchema,
  /** Set when the API refused it for good. */
  refusal: z.optional(refusalSchema),
});

export type PendingWrite = z.output<typeof pendingWriteSchema>;

/** Random enough to be nobody else's; `crypto.randomUUID` is missing where there is no HTTPS. */
export function newWriteId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
