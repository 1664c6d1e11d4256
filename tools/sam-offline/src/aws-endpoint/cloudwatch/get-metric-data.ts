import { z } from 'zod';
import { evaluateMetricData, type TimeSeries } from '../../metric-math/index.ts';
import {
  integerScalar,
  operation,
  pageToken,
  readPageToken,
  timeScalar,
} from '../protocol/index.ts';
import { invalidNextToken, validationError } from './errors.ts';
import { checkPeriod, MAXIMUM_QUERIES, metricDataQueryInput } from './inputs.ts';
import { labelsOf } from './labels.ts';
import type { CloudWatchTarget } from './target.ts';

/**
 * The maximum number of data points in a page
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
 */
const MAXIMUM_DATAPOINTS = 100_800;

const getMetricDataInput = z.object({
  MetricDataQueries: z
    .array(metricDataQueryInput)
    .min(1, 'has no queries')
    .max(MAXIMUM_QUERIES, `has more than ${MAXIMUM_QUERIES} queries`),
  StartTime: timeScalar,
  EndTime: timeScalar,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  MaxDatapoints: integerScalar
    .refine(
      (count) => count > 0 && count <= MAXIMUM_DATAPOINTS,
      `is not from 1 to ${MAXIMUM_DATAPOINTS}`,
    )
    .optional(),
  NextToken: z.string().optional(),
});

/** Makes `GetMetricData`, with metric math. */
export function getMetricData({ insights, nowMs }: CloudWatchTarget) {
  return operation(getMetricDataInput, async ({ NextToken: token, ...request }) => {
    const { MetricDataQueries: queries, StartTime: startMs, EndTime: endMs } = request;
    if (startMs >= endMs) {
      throw validationError('The parameter StartTime must be less than the parameter EndTime.');
    }
    queries.forEach(({ metricStat, periodSeconds }, index) => {
      const at = `MetricDataQueries.member.${index + 1}`;
      checkPeriod(metricStat?.periodSeconds, `${at}.MetricStat.Period`);
      checkPeriod(periodSeconds, `${at}.Period`);
    });
    const skipped = token === undefined ? 0 : readPageToken(token, request);
    if (typeof skipped !== 'number') throw invalidNextToken();

    const results = await evaluateMetricData(
      queries,
      { startMs, endMs, nowMs: nowMs() },
      insights.metrics,
    );
    const labels = labelsOf(results);
    const isDescending = request.ScanBy !== 'TimestampAscending';
    const page = pageOf(
      results.map(({ series }) => pointsOf(series, isDescending)),
      skipped,
      request.MaxDatapoints ?? MAXIMUM_DATAPOINTS,
    );
    return {
      MetricDataResults: page.parts.map(({ index, points, isComplete }) => ({
        Id: results[index]?.query.id,
        Label: labels[index],
        Timestamps: points.map(([time]) => new Date(time)),
        Values: points.map(([, value]) => value),
        StatusCode: isComplete ? 'Complete' : 'PartialData',
      })),
      NextToken: page.next === undefined ? undefined : pageToken(page.next, request),
      Messages: [],
    };
  });
}

type Point = readonly [timeMs: number, value: number];

function pointsOf({ points }: TimeSeries, isDescending: boolean): Point[] {
  return [...points].sort(([a], [b]) => (isDescending ? b - a : a - b));
}

interface Part {
  readonly index: number;
  readonly points: readonly Point[];
  readonly isComplete: boolean;
}

/**
 * Fills a page with results, one after the other. Results without data points are on the first
 * page.
 */
function pageOf(
  results: readonly (readonly Point[])[],
  skipped: number,
  limit: number,
): { readonly parts: readonly Part[]; readonly next?: number } {
  const parts: Part[] = [];
  let position = 0;
  const end = skipped + limit;
  results.forEach((points, index) => {
    const from = Math.max(0, skipped - position);
    const to = Math.min(points.length, end - position);
    position += points.length;
    if (points.length === 0) {
      if (skipped === 0) parts.push({ index, points, isComplete: true });
      return;
    }
    if (from >= to) return;
    parts.push({ index, points: points.slice(from, to), isComplete: to === points.length });
  });
  return position > end ? { parts, next: end } : { parts };
}
