export type { Insights } from './insights.ts';
export { type InsightsOptions, openInsights } from './open-insights.ts';
export { logEntriesOf } from './logs/index.ts';
export { splitLambdaPrefix } from './logs/index.ts';
export { isEmf, MetricStore } from './metrics/index.ts';
export { StatisticError } from './metrics/index.ts';
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
