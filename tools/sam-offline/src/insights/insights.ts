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

/** The queries about a running stack, or about its last run. */
export interface Insights {
  /** Stored facts, oldest first. Other work can run between two of them. */
  events(query?: EventQuery): AsyncIterable<StoredEvent>;

  /** Log entries, in the order in which they were received. */
  queryLogs(query: LogQuery): Promise<LogPage>;
  logGroups(prefix?: string): Promise<readonly LogGroup[]>;
  /** The streams of a log group. Empty if there is no such group. */
  logStreams(logGroup: string): Promise<readonly LogStream[]>;
  /**
   * Keeps entries that a caller wrote (`PutLogEvents`). The group and the stream need not exist.
   */
  putLogs(
    logGroup: string,
    logStream: string,
    entries: readonly { readonly timestampMs: number; readonly message: string }[],
  ): void;

  readonly metrics: {
    list(filter?: MetricFilter): Promise<readonly ListedMetric[]>;
    /**
     * The periods that have values, oldest first.
     *
     * @throws StatisticError for a statistic that CloudWatch does not have
     */
    query(query: MetricQuery): Promise<readonly Datapoint[]>;
  };
  /** Keeps values that a caller wrote (`PutMetricData`). */
  putMetrics(data: readonly MetricData[]): void;

  readonly traces: {
    /** The traces that began in the range, newest first. */
    summaries(range: Required<TimeRange>): Promise<readonly TraceSummary[]>;
    /** The traces with these ids that exist, in the order of the ids. */
    get(ids: readonly string[]): Promise<readonly Trace[]>;
  };
  /**
   * Keeps segment documents that came by `PutTraceSegments` or through the daemon's port.
   *
   * @returns the refused documents
   */
  putSegments(documents: readonly string[]): readonly RejectedSegment[];

  /** Writes the facts that wait, and stops listening. */
  close(): Promise<void>;
}
