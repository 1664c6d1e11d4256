import type { FavoritesRepository } from '@blogapp/data-access';
import { ProblemError } from '@blogapp/problems';
import { bind, nextPageLink } from '../http/index.ts';
import type { BoundRoute } from '../http/index.ts';
import { deleteFavorite, getFavorite, listFavorites, putFavorite } from './routes.ts';

/** The routes of favorites, bound to their handlers. */
export function favoriteRoutes(favorites: FavoritesRepository): BoundRoute[] {
  return [
    bind(getFavorite, async ({ params: { postId }, user }) => {
      if (await favorites.has(user.userId, postId)) return {};
      const detail = `The post ${postId} is not among the favorites`;
      throw new ProblemError('not-found', { detail });
    }),

    bind(putFavorite, async ({ params: { postId }, user }) => {
      await favorites.put(user.userId, postId);
      return {};
    }),

    bind(deleteFavorite, async ({ params: { postId }, user }) => {
      await favorites.delete(user.userId, postId);
      return {};
    }),

    bind(listFavorites, async ({ query: { limit, cursor }, user, url }) => {
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const body = await favorites.list(user.userId, page);
      return { body, headers: nextPageLink(url, body.nextCursor) };
    }),
  ];
}
