export type { InsightsOptions, OpenInsights } from './open-insights.ts';
export type { Insights } from './insights.ts';
export { StatisticError } from './statistics.ts';
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
