import { favoritesQuerySchema, postParamsSchema } from '@blogapp/shared-types/rest';
import type { Route } from '../http/index.ts';

export const getFavorite = {
  method: 'get',
  path: '/posts/{postId}/favorite',
  operationId: 'getFavorite',
  tag: 'Favorites',
  summary: 'Reads whether the caller has marked a post',
  description: 'A post that does not exist is not marked.',
  access: 'user',
  params: postParamsSchema,
  response: {
    status: 200,
    description: 'Whether the post is marked.',
    schema: 'IsFavorite',
    headers: ['etag'],
    cacheControl: 'private, no-cache',
  },
} as const satisfies Route;

export const putFavorite = {
  method: 'put',
  path: '/posts/{postId}/favorite',
  operationId: 'putFavorite',
  tag: 'Favorites',
  summary: 'Marks a post as a favorite',
  description: 'Marking it again changes nothing.',
  access: 'user',
  params: postParamsSchema,
  response: { status: 204, description: 'The post is marked.' },
} as const satisfies Route;

export const deleteFavorite = {
  method: 'delete',
  path: '/posts/{postId}/favorite',
  operationId: 'deleteFavorite',
  tag: 'Favorites',
  summary: 'Unmarks a post',
  description: 'Unmarking a post that is not marked changes nothing.',
  access: 'user',
  params: postParamsSchema,
  response: { status: 204, description: 'The post is not marked.' },
} as const satisfies Route;

export const listFavorites = {
  method: 'get',
  path: '/me/favorites',
  operationId: 'listFavorites',
  tag: 'Favorites',
  summary: 'Reads the caller’s favorites, newest post first',
  access: 'user',
  query: favoritesQuerySchema,
  response: {
    status: 200,
    description: 'A page of favorites.',
    schema: 'FavoritePage',
    headers: ['etag', 'link'],
    cacheControl: 'private, no-cache',
  },
} as const satisfies Route;
