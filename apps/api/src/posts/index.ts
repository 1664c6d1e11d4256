export { postRoutes } from './handlers.ts';
