import { z } from 'zod';
import type { ListedMetric } from '../../insights/index.ts';
import { operation, pageToken, readPageToken } from '../protocol/index.ts';
import { invalidNextToken, invalidValue } from './errors.ts';
import { text } from './inputs.ts';
import type { CloudWatchTarget } from './target.ts';

const PAGE_SIZE = 500;
const MAXIMUM_FILTERS = 10;
/** The time of `PT3H`, the only value of `RecentlyActive`, in ms. */
const RECENT_MS = 3 * 3600 * 1000;

const listMetricsInput = z.object({
  Namespace: text(255).optional(),
  MetricName: text(255).optional(),
  Dimensions: z
    .array(z.object({ Name: text(255), Value: text(1024).optional() }))
    .max(MAXIMUM_FILTERS, `has more than ${MAXIMUM_FILTERS} filters`)
    .optional(),
  RecentlyActive: z.string().optional(),
  NextToken: z.string().optional(),
});

/** Makes `ListMetrics`. */
export function listMetrics({ insights, nowMs }: CloudWatchTarget) {
  return operation(listMetricsInput, async ({ NextToken: token, ...filter }) => {
    const { RecentlyActive: recently } = filter;
    if (recently !== undefined && recently !== 'PT3H') {
      throw invalidValue(
        `The value ${recently} for parameter RecentlyActive is invalid: PT3H is the only one.`,
      );
    }
    const after = token === undefined ? '' : readPageToken(token, filter);
    if (typeof after !== 'string') throw invalidNextToken();
    const found = await insights.metrics.list({
      namespace: filter.Namespace,
      name: filter.MetricName,
      dimensions: Object.fromEntries(
        (filter.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
      ),
      ...(recently !== undefined && { activeSinceMs: nowMs() - RECENT_MS }),
    });
    // A page starts after a metric and not at an index, so that new metrics do not move the others.
    const rest = found
      .map((metric) => ({ metric, key: sortKey(metric) }))
      .filter(({ key }) => key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = rest.slice(0, PAGE_SIZE);
    return {
      Metrics: page.map(({ metric: { namespace, name, dimensions } }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensionsOutput(dimensions),
      })),
      NextToken: rest.length > page.length ? pageToken(page.at(-1)?.key ?? '', filter) : undefined,
    };
  });
}

/** Converts dimensions to the list that responses have. */
export function dimensionsOutput(dimensions: Readonly<Record<string, string>>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function sortKey({ namespace, name, dimensions }: ListedMetric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}
