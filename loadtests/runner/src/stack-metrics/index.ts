export { readStackMetrics, type MetricsQuestion } from './read.ts';
export type { MetricsSource } from './source.ts';
export { cloudWatchSource } from './cloudwatch.ts';
