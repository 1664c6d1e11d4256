/** What names a metric in CloudWatch. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MetricsQuery extends MetricName {
  readonly statistic: string;
}

/** The result of one query: times are seconds since the epoch, ascending. */
export interface MetricsSeries {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Where metrics are read from. */
export interface MetricsSource {
  /** For the report: an address, or a region's CloudWatch. */
  readonly name: string;
  /** Every metric of a namespace. */
  list(namespace: string): Promise<readonly MetricName[]>;
  /** The results in the order of the queries; the result of a query without values is empty. */
  read(
    queries: readonly MetricsQuery[],
    range: { readonly from: number; readonly to: number; readonly periodSeconds: number },
  ): Promise<readonly MetricsSeries[]>;
}
