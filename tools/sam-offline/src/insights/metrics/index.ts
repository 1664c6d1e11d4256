export { EmfLines } from './emf-lines.ts';
export { isEmf } from './emf.ts';
export { MetricStore } from './metric-store.ts';
export { memoize } from './memoize.ts';
export { Recorder } from './recorder.ts';
export { StatisticError } from './statistics.ts';
