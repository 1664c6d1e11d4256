export { MetricMathError } from './errors.ts';
export {
  evaluateMetricData,
  type MetricDataQuery,
  type MetricDataRange,
  type MetricDataResult,
  type MetricSource,
  type MetricStat,
} from './metric-data.ts';
export type { TimeSeries } from './values.ts';
