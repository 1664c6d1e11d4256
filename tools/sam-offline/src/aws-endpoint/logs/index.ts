export { createLogs } from './logs.ts';
export type { LogsOptions } from './options.ts';
