export { mayBeEmf, readEmf } from './emf.ts';
export { MetricStore } from './metric-store.ts';
export type { Series } from './series.ts';
export { StatisticError } from './statistics.ts';
