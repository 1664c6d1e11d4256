import * as z from 'zod';
import { timeSchema } from './ids.ts';
import { pageQueryShape, pageSchema } from './paging.ts';
import { postSummarySchema } from './posts.ts';

export const favoriteSchema = z
  .object({ post: postSummarySchema, favoritedAt: timeSchema })
  .meta({ id: 'Favorite' });

export const favoritePageSchema = pageSchema(favoriteSchema).meta({ id: 'FavoritePage' });

export const favoriteStateSchema = z
  .object({
    favorited: z.boolean().meta({ description: 'Whether the caller has marked the post.' }),
  })
  .meta({ id: 'FavoriteState' });

export const favoritesQuerySchema = z.strictObject(pageQueryShape);

export type Favorite = z.output<typeof favoriteSchema>;
export type FavoritePage = z.output<typeof favoritePageSchema>;
export type FavoriteState = z.output<typeof favoriteStateSchema>;
