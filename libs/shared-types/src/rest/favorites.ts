import * as z from 'zod';
import { pageQueryShape } from './paging.ts';

export const favoritesQuerySchema = z.strictObject(pageQueryShape);
