import * as z from 'zod';
import { type ConsoleContext, range, rangeOf } from '../api/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { StatisticError } from '../../insights/index.ts';
import { evaluateMetricData, MetricMathError } from '../../metric-math/index.ts';
import { AUTOMATIC, automaticDashboard } from './automatic.ts';
import { type Widget, type WidgetQuery, widgetsOf } from './widgets.ts';

/** A dashboard of the template, or the automatic one. */
export interface Dashboard {
  readonly name: string;
  /** Absent for the automatic dashboard. */
  readonly logicalId?: string | undefined;
  readonly widgets: readonly Widget[];
  /** The reason why there are no widgets. */
  readonly problem?: string | undefined;
}

/** A line of a chart. Its points are the periods that have values. */
export interface ChartSeries {
  readonly label: string;
  readonly yAxis: 'left' | 'right';
  readonly color?: string | undefined;
  /** The times in ms since 1970, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export interface WidgetData {
  readonly startMs: number;
  readonly endMs: number;
  readonly series: readonly ChartSeries[];
  /** The reason why CloudWatch would refuse the widget's metrics, in its own words. */
  readonly problem?: string | undefined;
}

/** The template's dashboards and the automatic one, from local data. */
export function dashboardRoutes({ stack, insights, nowMs }: ConsoleContext): Route[] {
  const all: readonly { name: string; logicalId?: string; body: string }[] = [
    ...stack.dashboards,
    { name: AUTOMATIC, body: automaticDashboard(stack) },
  ];
  const dashboards = all.map(({ name, logicalId, body }): Dashboard => {
    try {
      return { name, logicalId, widgets: widgetsOf(body) };
    } catch (error) {
      const problem = `The dashboard's body is not JSON: ${(error as Error).message}`;
      return { name, logicalId, widgets: [], problem };
    }
  });
  const evaluated = async (
    queries: readonly WidgetQuery[],
    asked: { readonly startMs: number; readonly endMs: number },
  ): Promise<WidgetData> => {
    try {
      const times = { ...asked, nowMs: nowMs() };
      const results = await evaluateMetricData(queries, times, insights.metrics);
      const series = results.map(({ query: { id }, series: { label, points } }): ChartSeries => {
        const sorted = [...points].sort(([a], [b]) => a - b);
        const of = queries.find((one) => one.id === id);
        return {
          ...{ label, yAxis: of?.yAxis ?? 'left', color: of?.color },
          ...{ times: sorted.map(([time]) => time), values: sorted.map(([, value]) => value) },
        };
      });
      return { ...asked, series };
    } catch (error) {
      if (!(error instanceof MetricMathError) && !(error instanceof StatisticError)) throw error;
      return { ...asked, series: [], problem: error.message };
    }
  };
  return [
    route({
      method: 'GET',
      path: '/api/dashboards',
      operationId: 'listDashboards',
      summary:
        'The CloudWatch dashboards of the template with their widgets, and an automatic one with the metrics of every resource.',
      response: 'Dashboards. A widget that is not supported has a message instead of data.',
      handle: () => ({ dashboards }),
    }),
    route({
      method: 'GET',
      path: '/api/dashboards/{name}/widgets/{index}/data',
      operationId: 'getWidgetData',
      summary: 'The values of a metric widget, with its metric math evaluated.',
      response: 'A series for each metric and expression that is shown.',
      query: z.object(range),
      async handle({ path, query }): Promise<WidgetData> {
        const dashboard = dashboards.find((one) => one.name === path.name);
        const widget = dashboard?.widgets[Number(parameter(path, 'index'))];
        if (widget?.content.type !== 'metric') {
          throw new RequestError(404, 'There is no such metric widget.');
        }
        return evaluated(widget.content.queries, rangeOf(query, nowMs()));
      },
    }),
    route({
      method: 'GET',
      path: '/api/alarms/{name}/data',
      operationId: 'getAlarmData',
      summary: 'The values that an alarm compares with its threshold.',
      response: 'One series; none for a composite alarm.',
      query: z.object(range),
      async handle({ path, query }): Promise<WidgetData> {
        const alarm = stack.alarms.find(({ alarmName }) => alarmName === path.name);
        if (alarm === undefined) throw new RequestError(404, 'There is no such alarm.');
        const queries = alarm.type === 'metric' ? alarm.queries : [];
        return evaluated(
          queries.map((one) => ({ ...one, yAxis: 'left' })),
          rangeOf(query, nowMs()),
        );
      },
    }),
    route({
      method: 'GET',
      path: '/api/metrics',
      operationId: 'listMetrics',
      summary: 'All metrics that have values: of the platform, of PutMetricData and of EMF.',
      response: 'Namespaces, names and dimensions.',
      handle: async () => ({ metrics: await insights.metrics.list() }),
    }),
    route({
      method: 'GET',
      path: '/api/metrics/data',
      operationId: 'getMetricData',
      summary: 'The values of one metric.',
      response: 'A value for each period that has values.',
      query: z.object({
        ...range,
        namespace: z.string(),
        name: z.string(),
        dimensions: z.string().default('').describe('`Name=Value,Name=Value`; exactly these.'),
        stat: z.string().default('Sum').describe('`Sum`, `Average`, `p99` …'),
        period: z.coerce.number().int().min(1).default(60).describe('Seconds.'),
      }),
      async handle({ query }) {
        const { namespace, name, stat } = query;
        const dimensions = Object.fromEntries(
          query.dimensions
            .split(',')
            .filter((pair) => pair.includes('='))
            .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
        );
        try {
          const points = await insights.metrics.query({
            ...{ namespace, name, dimensions, statistics: [stat], periodSeconds: query.period },
            ...rangeOf(query, nowMs()),
          });
          return {
            points: points.map(({ timestampMs, statistics }) => [timestampMs, statistics[stat]]),
          };
        } catch (error) {
          if (error instanceof StatisticError) throw new RequestError(400, error.message);
          throw error;
        }
      },
    }),
  ];
}
