export { mean, median, sampleVariance } from './moments.ts';
export { bootstrapInterval, createRandom, type Random } from './bootstrap.ts';
export { studentQuantile } from './student-t.ts';
export { welchInterval, type Interval } from './welch.ts';
export { trendInterval } from './trend.ts';
