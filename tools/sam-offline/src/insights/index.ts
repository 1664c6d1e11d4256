export type { Insights } from './insights.ts';
export { type InsightsOptions, openInsights } from './open-insights.ts';
export { logEntriesOf, logGroupOf } from './logs/log-entries.ts';
export { splitLambdaPrefix } from './logs/lambda-prefix.ts';
export { readEmf, mayBeEmf } from './metrics/emf.ts';
export { StatisticError } from './metrics/statistics.ts';
export { startXRayDaemon, type XRayDaemon } from './xray-daemon.ts';
export type {
  Datapoint,
  EventQuery,
  ListedMetric,
  LogEntry,
  LogGroup,
  LogPage,
  LogQuery,
  LogStream,
  MetricData,
  MetricFilter,
  MetricId,
  MetricQuery,
  RejectedSegment,
  StoredEvent,
  TimeRange,
  Trace,
  TraceSummary,
} from './queries.ts';
