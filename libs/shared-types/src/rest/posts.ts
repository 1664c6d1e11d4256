import * as z from 'zod';
import { authorNameSchema, postIdSchema, timeSchema, userIdSchema } from './ids.ts';
import { pageQueryShape, pageSchema } from './paging.ts';
import { postBodySchema, titleSchema } from './text.ts';

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
    .meta({ description: 'One more with each edit of title or body.', example: 1 }),
  commentCount: z.int().min(0).meta({ example: 12 }),
  favoriteCount: z.int().min(0).meta({ example: 3 }),
  countsVersion: z.int().min(0).meta({
    description: 'Greater than that of all counts before; `post.stats` carries it too.',
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

export const newPostSchema = z
  .strictObject({ title: titleSchema, body: postBodySchema })
  .meta({ id: 'NewPost' });

export const postChangeSchema = z
  .strictObject({ title: titleSchema.optional(), body: postBodySchema.optional() })
  .refine(
    ({ title, body }) => title !== undefined || body !== undefined,
    'names nothing to change: title, body or both',
  )
  .meta({
    id: 'PostChange',
    description: 'A JSON merge patch (RFC 7396): what is not named stays.',
    minProperties: 1,
  });

export const postPageSchema = pageSchema(postSummarySchema).meta({ id: 'PostPage' });

export const postsQuerySchema = z.strictObject({
  ...pageQueryShape,
  authorId: userIdSchema.optional().meta({
    type: 'string',
    minLength: 1,
    maxLength: 128,
    description: 'Only posts of this author.',
  }),
});

export const postParamsSchema = z.object({ postId: postIdSchema });

export type PostSummary = z.output<typeof postSummarySchema>;
export type Post = z.output<typeof postSchema>;
export type NewPost = z.input<typeof newPostSchema>;
export type PostChange = z.input<typeof postChangeSchema>;
export type PostPage = z.output<typeof postPageSchema>;
