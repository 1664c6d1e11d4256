/** The properties that identify a metric in CloudWatch. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricsQuery extends MetricName {
  readonly statistic: string;
}

/** The result of one query. Times are in seconds since the epoch, ascending. */
export interface MetricsSeries {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** A source that metrics are read from. */
export interface MetricsSource {
  /** The name of the source in the report: a URL, or a region's CloudWatch. */
  readonly name: string;
  /** Every metric of a namespace. */
  list(namespace: string): Promise<readonly MetricName[]>;
  /** The results, in the order of the queries. A query without values has an empty result. */
  read(
    queries: readonly MetricsQuery[],
    range: { readonly from: number; readonly to: number; readonly periodSeconds: number },
  ): Promise<readonly MetricsSeries[]>;
}
