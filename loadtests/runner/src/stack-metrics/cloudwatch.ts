import {
  CloudWatchClient,
  paginateGetMetricData,
  paginateListMetrics,
  type CloudWatchClientConfig,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { MetricsSeries, MetricsQuery, MetricsSource } from './source.ts';

/** The most queries that `GetMetricData` takes. */
const QUERIES_A_CALL = 500;

/** Reads metrics from CloudWatch, on AWS or at the local AWS endpoint. */
export function cloudWatchSource(
  config: CloudWatchClientConfig & { readonly region: string },
): MetricsSource {
  const { endpoint, region } = config;
  const client = new CloudWatchClient(config);
  return {
    name: typeof endpoint === 'string' ? endpoint : `CloudWatch in ${region}`,
    async list(namespace) {
      const names = [];
      for await (const { Metrics: metrics = [] } of paginateListMetrics(
        { client },
        { Namespace: namespace },
      )) {
        for (const { MetricName: name = '', Dimensions: dimensions = [] } of metrics) {
          names.push({
            ...{ namespace, name },
            dimensions: Object.fromEntries(
              dimensions.map(({ Name: key = '', Value: value = '' }) => [key, value]),
            ),
          });
        }
      }
      return names;
    },
    async read(queries, range) {
      const results: MetricsSeries[] = [];
      for (let first = 0; first < queries.length; first += QUERIES_A_CALL) {
        results.push(
          ...(await readSome(client, queries.slice(first, first + QUERIES_A_CALL), range)),
        );
      }
      return results;
    },
  };
}

async function readSome(
  client: CloudWatchClient,
  queries: readonly MetricsQuery[],
  { from, to, periodSeconds }: Parameters<MetricsSource['read']>[1],
): Promise<MetricsSeries[]> {
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(from * 1000),
      EndTime: new Date(to * 1000),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: queries.map((query, index) => toQuery(query, index, periodSeconds)),
    },
  );
  const results = queries.map(() => ({ times: [] as number[], values: [] as number[] }));
  for await (const { MetricDataResults: page = [] } of pages) {
    for (const { Id: id = '', Timestamps: timestamps = [], Values: values = [] } of page) {
      const series = results[Number(id.slice(1))];
      series?.times.push(...timestamps.map((time) => time.getTime() / 1000));
      series?.values.push(...values);
    }
  }
  return results;
}

function toQuery(
  { namespace, name, dimensions, statistic }: MetricsQuery,
  index: number,
  periodSeconds: number,
): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  };
}
