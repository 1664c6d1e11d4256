export { createLogs } from './logs.ts';
export type { LogsOptions } from './target.ts';
