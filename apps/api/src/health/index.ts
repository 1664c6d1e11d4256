export { healthRoutes } from './handlers.ts';
export type { ServiceInfo } from './handlers.ts';
