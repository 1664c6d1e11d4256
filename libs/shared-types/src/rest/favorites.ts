import * as z from 'zod';
import { timeSchema } from './ids.ts';
import { pageQueryShape, pageSchema } from './paging.ts';
import { postSummarySchema } from './posts.ts';

export const favoriteSchema = z
  .object({ post: postSummarySchema, favoritedAt: timeSchema })
  .meta({ id: 'Favorite' });

export const favoritePageSchema = pageSchema(favoriteSchema).meta({ id: 'FavoritePage' });

export const favoritesQuerySchema = z.strictObject(pageQueryShape);

export type Favorite = z.output<typeof favoriteSchema>;
export type FavoritePage = z.output<typeof favoritePageSchema>;
