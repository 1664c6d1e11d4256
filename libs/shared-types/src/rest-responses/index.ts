export * from './schemas.ts';
export { PROBLEM_TYPE_BASE } from '../rest/index.ts';
