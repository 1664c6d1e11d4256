export { createFavoritesRepository, type FavoritesOptions } from './repository.ts';
