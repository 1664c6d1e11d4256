import * as z from 'zod';
import {
  authorNameSchema,
  changeIdSchema,
  commentIdSchema,
  postIdSchema,
  timeSchema,
  userIdSchema,
} from './ids.ts';
import { pageQueryShape, pageSchema } from './paging.ts';
import { commentBodySchema } from './text.ts';

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

export const newCommentSchema = z
  .strictObject({ body: commentBodySchema })
  .meta({ id: 'NewComment' });

export const commentChangeSchema = z
  .strictObject({ body: commentBodySchema })
  .meta({ id: 'CommentChange' });

export const commentPageSchema = pageSchema(commentSchema).meta({ id: 'CommentPage' });

export const commentsQuerySchema = z.strictObject({
  ...pageQueryShape,
  order: z
    .enum(['oldest', 'newest'])
    .default('oldest')
    .meta({ description: 'Which comments come first.', example: 'oldest' }),
});

export const commentParamsSchema = z.object({ postId: postIdSchema, commentId: commentIdSchema });

export type Comment = z.output<typeof commentSchema>;
export type NewComment = z.input<typeof newCommentSchema>;
export type CommentChange = z.input<typeof commentChangeSchema>;
export type CommentPage = z.output<typeof commentPageSchema>;
export type CommentOrder = z.output<typeof commentsQuerySchema>['order'];
