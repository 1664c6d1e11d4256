import * as z from 'zod';
import { commentIdSchema, postIdSchema } from './ids.ts';
import { pageQueryShape } from './paging.ts';
import { commentBodySchema } from './text.ts';

export const newCommentSchema = z
  .strictObject({ body: commentBodySchema })
  .meta({ id: 'NewComment' });

export const commentChangeSchema = z
  .strictObject({ body: commentBodySchema })
  .meta({ id: 'CommentChange' });

export const commentsQuerySchema = z.strictObject({
  ...pageQueryShape,
  order: z
    .enum(['oldest', 'newest'])
    .default('oldest')
    .meta({ description: 'Which comments come first.', example: 'oldest' }),
});

export const commentParamsSchema = z.object({ postId: postIdSchema, commentId: commentIdSchema });

export type NewComment = z.input<typeof newCommentSchema>;
export type CommentChange = z.input<typeof commentChangeSchema>;
export type CommentOrder = z.output<typeof commentsQuerySchema>['order'];
