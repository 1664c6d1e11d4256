/**
 * The bodies of the API's responses. They are separate from the requests because only the OpenAPI
 * document and the clients need them, and they would slow down the API's cold start.
 */
import * as z from 'zod';
import { commentIdSchema, postIdSchema, ulidIdSchema, userIdSchema } from './ids.ts';
import { PROBLEM_TYPE_BASE, PROBLEM_TYPES } from './problems.ts';

const timeSchema = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, in UTC.', example: '2026-11-23T08:00:00.000Z' });

const authorNameSchema = z
  .string()
  .meta({ description: "The author's display name, from their token.", example: 'Aiko' });

const changeIdSchema = ulidIdSchema(
  'The id of the latest change, and of the event that the change causes. A client gives the greatest one that it has seen as `since` when it subscribes to the channel of the post.',
  '01KAR6PVZ0M1N2P3Q4R5S6T7V8',
);

/** A page of a list. */
function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional().meta({
      description: 'The cursor for the next page, an opaque text; absent on the last page.',
      example: 'WzEsInBvc3RzIiwiMDFLQVI2TTBHMEExQjJDM0Q0RTVGNkc3SDgiXQ',
    }),
  });
}

const summaryShape = {
  postId: postIdSchema,
  authorId: userIdSchema,
  authorName: authorNameSchema.optional(),
  title: z.string().meta({ example: 'Fan-out without tears' }),
  excerpt: z.string().meta({
    description: 'The start of the body, as Markdown.',
    example: 'A broadcast reaches **everybody** who is reading.',
  }),
  createdAt: timeSchema,
  updatedAt: timeSchema.optional(),
  version: z
    .int()
    .min(1)
    .meta({ description: 'It grows by one with each edit of title or body.', example: 1 }),
  commentCount: z.int().min(0).meta({ example: 12 }),
  favoriteCount: z.int().min(0).meta({ example: 3 }),
  countsVersion: z.int().min(0).meta({
    description: 'It grows with each change of the counts; `post.stats` has it too.',
    example: 15,
  }),
};

/** A post as lists show it: everything but its body. */
export const postSummarySchema = z.object(summaryShape).meta({ id: 'PostSummary' });

export const postSchema = z
  .object({
    ...summaryShape,
    body: z.string().meta({
      description: 'Markdown.',
      example: 'A broadcast reaches **everybody** who is reading.',
    }),
  })
  .meta({ id: 'Post' });

export const postPageSchema = pageSchema(postSummarySchema).meta({ id: 'PostPage' });

export const commentSchema = z
  .object({
    postId: postIdSchema,
    commentId: commentIdSchema,
    authorId: userIdSchema,
    authorName: authorNameSchema.optional(),
    body: z.string().meta({ description: 'Plain text.', example: 'Thank you, this helped!' }),
    createdAt: timeSchema,
    updatedAt: timeSchema.optional(),
    changeId: changeIdSchema,
  })
  .meta({ id: 'Comment' });

export const commentPageSchema = pageSchema(commentSchema).meta({ id: 'CommentPage' });

export const favoriteSchema = z
  .object({ post: postSummarySchema, favoritedAt: timeSchema })
  .meta({ id: 'Favorite' });

export const favoritePageSchema = pageSchema(favoriteSchema).meta({ id: 'FavoritePage' });

export const isFavoriteSchema = z
  .object({ isFavorite: z.boolean().meta({ example: true }) })
  .meta({ id: 'IsFavorite' });

export const healthSchema = z
  .object({
    status: z.literal('ok'),
    version: z.string().meta({ example: '0.1.0' }),
    environment: z.enum(['development', 'staging', 'production']),
  })
  .meta({ id: 'Health' });

export const entrySchema = z
  .object({
    name: z.literal('blogapp'),
    version: z.string().meta({ example: '0.1.0' }),
    links: z
      .record(z.string(), z.string())
      .meta({ example: { self: '/', docs: '/docs', openapi: '/openapi.json' } }),
  })
  .meta({ id: 'Entry' });

export const invalidPartSchema = z
  .object({
    detail: z.string().meta({ example: 'is empty' }),
    pointer: z.string().optional().meta({
      description: 'The place in the body: a JSON pointer (RFC 6901), as a URI fragment.',
      example: '#/title',
    }),
    parameter: z
      .string()
      .optional()
      .meta({ description: 'The name of the query parameter or header.', example: 'limit' }),
  })
  .meta({ id: 'InvalidPart' });

/** Problem details (RFC 9457), with what the API adds to them. */
export const problemSchema = z
  .object({
    type: z.url().meta({
      description: 'The kind of the problem. It is stable: decide by it.',
      example: `${PROBLEM_TYPE_BASE}invalid-content`,
    }),
    title: z.string().meta({ example: PROBLEM_TYPES['invalid-content'].title }),
    status: z.int().meta({ example: 422 }),
    detail: z.string().meta({ example: 'The body has 1 fault' }),
    instance: z.string().meta({ description: 'The path of the request.', example: '/posts' }),
    correlationId: z.string().meta({
      description: 'The id under which the request is logged; also in `X-Correlation-Id`.',
      example: '01KAR6M0G0',
    }),
    errors: z
      .array(invalidPartSchema)
      .optional()
      .meta({ description: 'Every fault in the content of the request.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export type PostSummary = z.output<typeof postSummarySchema>;
export type Post = z.output<typeof postSchema>;
export type PostPage = z.output<typeof postPageSchema>;
export type Comment = z.output<typeof commentSchema>;
export type CommentPage = z.output<typeof commentPageSchema>;
export type Favorite = z.output<typeof favoriteSchema>;
export type FavoritePage = z.output<typeof favoritePageSchema>;
export type Health = z.output<typeof healthSchema>;
export type Entry = z.output<typeof entrySchema>;
export type Problem = z.output<typeof problemSchema>;
export type InvalidPart = z.output<typeof invalidPartSchema>;
