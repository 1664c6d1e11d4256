export { createCloudWatch } from './cloudwatch.ts';
export type { CloudWatchTarget } from './target.ts';
