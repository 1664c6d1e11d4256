/**
 * The bodies of the API's responses, as clients check them. They are those of `rest/responses.ts`
 * without descriptions, in zod's small build, which has a fifth of the size. A test compares both.
 */
import * as z from 'zod/mini';
import { ULID_PATTERN } from '../wire-protocol/index.ts';

const ulid = z.string().check(z.regex(ULID_PATTERN, 'is not a ULID'));
const userId = z.string().check(z.minLength(1), z.maxLength(128));
const time = z.iso.datetime();
const count = z.int().check(z.minimum(0));

/** A page of a list. */
function pageSchema<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
}

const summaryShape = {
  postId: ulid,
  authorId: userId,
  authorName: z.optional(z.string()),
  title: z.string(),
  excerpt: z.string(),
  createdAt: time,
  updatedAt: z.optional(time),
  version: z.int().check(z.minimum(1)),
  commentCount: count,
  favoriteCount: count,
  countsVersion: count,
};

const postSummarySchema = z.object(summaryShape);

export const postSchema = z.object({ ...summaryShape, body: z.string() });

export const postPageSchema = pageSchema(postSummarySchema);

export const commentSchema = z.object({
  postId: ulid,
  commentId: ulid,
  authorId: userId,
  authorName: z.optional(z.string()),
  body: z.string(),
  createdAt: time,
  updatedAt: z.optional(time),
  changeId: ulid,
});

export const commentPageSchema = pageSchema(commentSchema);

export const favoritePageSchema = pageSchema(
  z.object({ post: postSummarySchema, favoritedAt: time }),
);

export const isFavoriteSchema = z.object({ isFavorite: z.boolean() });

export const healthSchema = z.object({
  status: z.literal('ok'),
  version: z.string(),
  environment: z.enum(['development', 'staging', 'production']),
});

export const problemSchema = z.object({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  correlationId: z.string(),
  errors: z.optional(
    z.array(
      z.object({
        detail: z.string(),
        pointer: z.optional(z.string()),
        parameter: z.optional(z.string()),
      }),
    ),
  ),
});
