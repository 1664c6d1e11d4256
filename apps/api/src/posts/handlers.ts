import type { PostsRepository } from '@blogapp/data-access';
import { bind, nextPageLink } from '../http/index.ts';
import type { BoundRoute } from '../http/index.ts';
import { expectedVersion, postEtag } from './etag.ts';
import { createPost, deletePost, getPost, listPosts, updatePost } from './routes.ts';

/** The routes of posts, bound to their handlers. */
export function postRoutes(posts: PostsRepository): BoundRoute[] {
  return [
    bind(listPosts, async ({ query: { limit, cursor, authorId }, url }) => {
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const body =
        authorId === undefined
          ? await posts.listNewest(page)
          : await posts.listByAuthor(authorId, page);
      return { body, headers: nextPageLink(url, body.nextCursor) };
    }),

    bind(createPost, async ({ body: { title, body }, user, resourceId, correlationId }) => {
      const post = await posts.create({
        ...(resourceId !== undefined && { postId: resourceId }),
        authorId: user.userId,
        ...(user.name !== undefined && { authorName: user.name }),
        title,
        body,
        correlationId,
      });
      const headers = { location: `/posts/${post.postId}` };
      return { body: post, etag: postEtag(post), headers };
    }),

    bind(getPost, async ({ params: { postId } }) => {
      const post = await posts.get(postId);
      return { body: post, etag: postEtag(post) };
    }),

    bind(updatePost, async ({ params: { postId }, body, ifMatch, user, correlationId }) => {
      const post = await posts.update({
        postId,
        callerId: user.userId,
        expectedVersion: await expectedVersion(posts, postId, ifMatch),
        ...(body.title !== undefined && { title: body.title }),
        ...(body.body !== undefined && { body: body.body }),
        correlationId,
      });
      return { body: post, etag: postEtag(post) };
    }),

    bind(deletePost, async ({ params: { postId }, ifMatch, user }) => {
      await posts.delete({
        postId,
        callerId: user.userId,
        expectedVersion: await expectedVersion(posts, postId, ifMatch),
      });
      return {};
    }),
  ];
}
