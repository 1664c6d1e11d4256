import type { CommentsRepository, PostsRepository } from '@blogapp/data-access';
import { bind, nextPageLink } from '../http/index.ts';
import type { BoundRoute } from '../http/index.ts';
import { createComment, deleteComment, getComment, listComments, updateComment } from './routes.ts';

/** The routes of comments, bound to their handlers. */
export function commentRoutes(
  comments: CommentsRepository,
  posts: Pick<PostsRepository, 'getSummary'>,
): BoundRoute[] {
  return [
    bind(listComments, async ({ params: { postId }, query: { limit, cursor, order }, url }) => {
      const page = { limit, order, ...(cursor !== undefined && { cursor }) };
      // A deleted post still has comments until the clean-up has removed them.
      const [body] = await Promise.all([
        comments.listByPost(postId, page),
        posts.getSummary(postId),
      ]);
      return { body, headers: nextPageLink(url, body.nextCursor) };
    }),

    bind(createComment, async ({ params, body, user, resourceId, correlationId }) => {
      const { postId } = params;
      const comment = await comments.create({
        postId,
        ...(resourceId !== undefined && { commentId: resourceId }),
        authorId: user.userId,
        ...(user.name !== undefined && { authorName: user.name }),
        body: body.body,
        correlationId,
      });
      const location = `/posts/${postId}/comments/${comment.commentId}`;
      return { body: comment, headers: { location } };
    }),

    bind(getComment, async ({ params: { postId, commentId } }) => ({
      body: await comments.get(postId, commentId),
    })),

    bind(updateComment, async ({ params, body, user, correlationId }) => ({
      body: await comments.update({
        ...params,
        callerId: user.userId,
        body: body.body,
        correlationId,
      }),
    })),

    bind(deleteComment, async ({ params, user, correlationId }) => {
      await comments.delete({ ...params, callerId: user.userId, correlationId });
      return {};
    }),
  ];
}
