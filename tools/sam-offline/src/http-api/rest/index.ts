export { createRestApi } from './rest-api.ts';
