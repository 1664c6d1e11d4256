import {
  commentPageSchema,
  commentSchema,
  favoritePageSchema,
  healthSchema,
  isFavoriteSchema,
  postPageSchema,
  postSchema,
} from '@blogapp/shared-types/rest-responses';
import type {
  Comment,
  CommentChange,
  CommentOrder,
  CommentPage,
  FavoritePage,
  Health,
  NewComment,
  NewPost,
  Post,
  PostChange,
  PostPage,
} from '@blogapp/shared-types/rest';
import { createTransport } from './transport.ts';
import type { ApiClientOptions } from './transport.ts';

export interface PageOptions {
  /** The most items in a page, 1 to 100. */
  readonly limit?: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

export interface CreateOptions {
  /** Give the same key with each try of one creation, so that it happens once. */
  readonly idempotencyKey?: string;
}

/** A post, and the entity tag that a change of it needs. */
export interface TaggedPost {
  readonly post: Post;
  readonly etag: string;
}

/**
 * A client of the REST API. Each method throws ApiProblemError when the API responds with a problem,
 * UnexpectedResponseError when the response is not the API's, and what `fetch` throws.
 *
 * @example
 *   const api = createApiClient({ baseUrl: 'http://127.0.0.1:3001', token });
 *   const { post, etag } = await api.posts.create({ title: 'Hello', body: 'World' });
 *   await api.posts.update(post.postId, { title: 'Hello, world' }, etag);
 */
export function createApiClient(options: ApiClientOptions) {
  const call = createTransport(options);

  const tagged = ({ value, headers }: { value: Post; headers: Headers }): TaggedPost => ({
    post: value,
    etag: headers.get('etag') ?? '',
  });
  const postPath = (postId: string): string => `/posts/${encodeURIComponent(postId)}`;
  const commentsPath = (postId: string): string => `${postPath(postId)}/comments`;
  const commentPath = (postId: string, commentId: string): string =>
    `${commentsPath(postId)}/${encodeURIComponent(commentId)}`;
  const keyed = ({ idempotencyKey }: CreateOptions) => ({ 'idempotency-key': idempotencyKey });

  return {
    health: async (): Promise<Health> =>
      (await call({ method: 'GET', path: '/health' }, healthSchema)).value,

    posts: {
      /** The feed, or one author's posts; newest first. */
      list: async (query: PageOptions & { readonly authorId?: string } = {}): Promise<PostPage> =>
        (await call({ method: 'GET', path: '/posts', query: { ...query } }, postPageSchema)).value,

      create: async (body: NewPost, create: CreateOptions = {}): Promise<TaggedPost> =>
        tagged(
          await call({ method: 'POST', path: '/posts', headers: keyed(create), body }, postSchema),
        ),

      get: async (postId: string): Promise<TaggedPost> =>
        tagged(await call({ method: 'GET', path: postPath(postId) }, postSchema)),

      /** @param etag the entity tag of the version to change; `*` changes any version */
      update: async (postId: string, body: PostChange, etag: string): Promise<TaggedPost> => {
        const headers = { 'if-match': etag };
        return tagged(
          await call({ method: 'PATCH', path: postPath(postId), headers, body }, postSchema),
        );
      },

      delete: async (postId: string, etag: string): Promise<void> => {
        const headers = { 'if-match': etag };
        await call({ method: 'DELETE', path: postPath(postId), headers }, undefined);
      },
    },

    comments: {
      list: async (
        postId: string,
        query: PageOptions & { readonly order?: CommentOrder } = {},
      ): Promise<CommentPage> =>
        (
          await call(
            { method: 'GET', path: commentsPath(postId), query: { ...query } },
            commentPageSchema,
          )
        ).value,

      create: async (
        postId: string,
        body: NewComment,
        create: CreateOptions = {},
      ): Promise<Comment> => {
        const path = commentsPath(postId);
        const headers = keyed(create);
        return (await call({ method: 'POST', path, headers, body }, commentSchema)).value;
      },

      get: async (postId: string, commentId: string): Promise<Comment> =>
        (await call({ method: 'GET', path: commentPath(postId, commentId) }, commentSchema)).value,

      update: async (postId: string, commentId: string, body: CommentChange): Promise<Comment> => {
        const path = commentPath(postId, commentId);
        return (await call({ method: 'PATCH', path, body }, commentSchema)).value;
      },

      delete: async (postId: string, commentId: string): Promise<void> => {
        await call({ method: 'DELETE', path: commentPath(postId, commentId) }, undefined);
      },
    },

    favorites: {
      list: async (query: PageOptions = {}): Promise<FavoritePage> =>
        (
          await call(
            { method: 'GET', path: '/me/favorites', query: { ...query } },
            favoritePageSchema,
          )
        ).value,

      /** Whether the user has marked the post. False also for a post that does not exist. */
      has: async (postId: string): Promise<boolean> => {
        const path = `${postPath(postId)}/favorite`;
        return (await call({ method: 'GET', path }, isFavoriteSchema)).value.isFavorite;
      },

      put: async (postId: string): Promise<void> => {
        await call({ method: 'PUT', path: `${postPath(postId)}/favorite` }, undefined);
      },

      delete: async (postId: string): Promise<void> => {
        await call({ method: 'DELETE', path: `${postPath(postId)}/favorite` }, undefined);
      },
    },
  };
}

export type ApiClient = ReturnType<typeof createApiClient>;
