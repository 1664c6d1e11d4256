import * as z from 'zod';
import { postIdSchema, userIdSchema } from './ids.ts';
import { pageQueryShape } from './paging.ts';
import { postBodySchema, titleSchema } from './text.ts';

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
    description: 'A JSON merge patch (RFC 7396): members that are absent do not change.',
    minProperties: 1,
  });

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

export type NewPost = z.input<typeof newPostSchema>;
export type PostChange = z.input<typeof postChangeSchema>;
