import {
  commentPageSchema,
  commentSchema,
  entrySchema,
  favoritePageSchema,
  healthSchema,
  isFavoriteSchema,
  postPageSchema,
  postSchema,
} from '@blogapp/shared-types/rest';
import * as z from 'zod';

/**
 * The schemas of response bodies, by the names that routes use. A route has only the name, so that
 * a cold start does not create schemas that only the OpenAPI document needs.
 */
export const responseSchemas = {
  Post: postSchema,
  PostPage: postPageSchema,
  Comment: commentSchema,
  CommentPage: commentPageSchema,
  FavoritePage: favoritePageSchema,
  IsFavorite: isFavoriteSchema,
  Health: healthSchema,
  Entry: entrySchema,
  OpenApi: z.record(z.string(), z.unknown()).meta({ example: { openapi: '3.1.0' } }),
  AsyncApi: z.record(z.string(), z.unknown()).meta({ example: { asyncapi: '3.0.0' } }),
  Html: z.string().meta({ example: '<!doctype html>' }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
