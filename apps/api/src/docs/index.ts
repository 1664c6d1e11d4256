export { docsRoutes } from './handlers.ts';
