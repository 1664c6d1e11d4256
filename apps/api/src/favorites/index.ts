export { favoriteRoutes } from './handlers.ts';
