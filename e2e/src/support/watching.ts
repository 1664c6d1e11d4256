import { CloudWatchClient, paginateListMetrics, type Metric } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { paginateGetTraceSummaries, XRayClient, type TraceSummary } from '@aws-sdk/client-xray';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './target.ts';

export interface LogLine {
  readonly logGroup: string;
  readonly message: string;
}

/** Reads logs, metrics and traces of a stack from CloudWatch and X-Ray. */
export class Watching {
  readonly stackName: string;
  readonly #startMs = Date.now();
  readonly #logs: CloudWatchLogsClient;
  readonly #metrics: CloudWatchClient;
  readonly #traces: XRayClient;

  constructor({ PostsTableName, AwsEndpointUrl }: Target) {
    this.stackName = PostsTableName.replace(/-posts$/, '');
    const config = {
      region: process.env.AWS_REGION ?? 'ap-northeast-1',
      ...(AwsEndpointUrl !== undefined && { endpoint: AwsEndpointUrl }),
    };
    this.#logs = new CloudWatchLogsClient(config);
    this.#metrics = new CloudWatchClient(config);
    this.#traces = new XRayClient(config);
  }

  close(): void {
    for (const client of [this.#logs, this.#metrics, this.#traces]) client.destroy();
  }

  /** The log groups of the stack's functions and gateways. */
  async logGroups(): Promise<string[]> {
    const names: string[] = [];
    for (const prefix of ['/aws/lambda/', '/aws/apigateway/']) {
      const pages = paginateDescribeLogGroups(
        { client: this.#logs },
        { logGroupNamePrefix: `${prefix}${this.stackName}-` },
      );
      for await (const { logGroups = [] } of pages) {
        names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
      }
    }
    return names;
  }

  /** All log lines since this object was made, or those that match a filter pattern. */
  async lines(filterPattern?: string): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (const logGroup of await this.logGroups()) {
      const pages = paginateFilterLogEvents(
        { client: this.#logs },
        {
          logGroupName: logGroup,
          startTime: this.#startMs,
          ...(filterPattern !== undefined && { filterPattern }),
        },
      );
      for await (const { events = [] } of pages) {
        lines.push(...events.map(({ message = '' }) => ({ logGroup, message })));
      }
    }
    return lines;
  }

  async metrics(): Promise<Metric[]> {
    const all: Metric[] = [];
    for await (const { Metrics: metrics = [] } of paginateListMetrics(
      { client: this.#metrics },
      {},
    )) {
      all.push(...metrics);
    }
    return all;
  }

  async traces(filterExpression: string): Promise<TraceSummary[]> {
    const pages = paginateGetTraceSummaries(
      { client: this.#traces },
      {
        StartTime: new Date(this.#startMs),
        EndTime: new Date(Date.now() + 60_000),
        FilterExpression: filterExpression,
      },
    );
    const all: TraceSummary[] = [];
    for await (const { TraceSummaries: summaries = [] } of pages) all.push(...summaries);
    return all;
  }
}

/** Repeats a read until its result is complete: logs, metrics and traces arrive a little later. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isEnough: (result: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await ask();
    if (isEnough(result) || Date.now() > deadline) return result;
    await delay(200);
  }
}
