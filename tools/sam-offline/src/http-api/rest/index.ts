export { PlanUsage } from './api-keys.ts';
export { createRestApi } from './rest-api.ts';
