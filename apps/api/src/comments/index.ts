export { commentRoutes } from './handlers.ts';
