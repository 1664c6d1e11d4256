import type {
  Datapoint,
  EventQuery,
  ListedMetric,
  LogGroup,
  LogPage,
  LogQuery,
  LogStream,
  MetricData,
  MetricFilter,
  MetricQuery,
  RejectedSegment,
  StoredEvent,
  TimeRange,
  Trace,
  TraceSummary,
} from './queries.ts';

/** The queries about a running stack, or about the last run. */
export interface Insights {
  /** Stored facts, oldest first; it lets other work run between. */
  events(query?: EventQuery): AsyncIterable<StoredEvent>;

  /** Log entries, in the order in which they were received. */
  queryLogs(query: LogQuery): Promise<LogPage>;
  logGroups(prefix?: string): Promise<readonly LogGroup[]>;
  /** Empty where there is no such group. */
  logStreams(logGroup: string): Promise<readonly LogStream[]>;
  /** Keeps entries that the caller wrote (`PutLogEvents`). Group and stream need not exist. */
  putLogs(
    logGroup: string,
    logStream: string,
    entries: readonly { readonly timestampMs: number; readonly message: string }[],
  ): void;

  readonly metrics: {
    list(filter?: MetricFilter): Promise<readonly ListedMetric[]>;
    /**
     * Periods that have values, oldest first.
     *
     * @throws StatisticError for a statistic that CloudWatch does not have
     */
    query(query: MetricQuery): Promise<readonly Datapoint[]>;
  };
  /** Keeps values that the caller wrote (`PutMetricData`). */
  putMetrics(data: readonly MetricData[]): void;

  readonly traces: {
    /** Traces that began in the range, newest first. */
    summaries(range: Required<TimeRange>): Promise<readonly TraceSummary[]>;
    /** Those that exist, in the order of the ids. */
    get(ids: readonly string[]): Promise<readonly Trace[]>;
  };
  /** Keeps segment documents (`PutTraceSegments`, and the daemon's port). @returns those refused */
  putSegments(documents: readonly string[]): readonly RejectedSegment[];

  /** Writes what waits, and stops listening. */
  close(): Promise<void>;
}
