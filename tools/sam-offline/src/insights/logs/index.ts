export { splitLambdaPrefix } from './lambda-prefix.ts';
export { LogCatalog } from './log-catalog.ts';
export { logEntriesOf } from './log-entries.ts';
export { queryLogs } from './query-logs.ts';
