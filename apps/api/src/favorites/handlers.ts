import type { FavoritesRepository } from '@blogapp/data-access';
import { bind, nextPageLink } from '../http/index.ts';
import type { BoundRoute } from '../http/index.ts';
import { deleteFavorite, getFavorite, listFavorites, putFavorite } from './routes.ts';

/** The routes of favorites, bound to their handlers. */
export function favoriteRoutes(favorites: FavoritesRepository): BoundRoute[] {
  return [
    bind(getFavorite, async ({ params: { postId }, user }) => ({
      body: { isFavorite: await favorites.has(user.userId, postId) },
    })),

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
