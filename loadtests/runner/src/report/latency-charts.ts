import { metricNames, Sketch, type MetricSeries } from 'artillery-engine-websocket-push/run-record';
import type { LoadRecord } from '../record/index.ts';
import { middlesOf, quantilesOf, windowsOf, type Axis } from './time-axis.ts';
import type { ChartView, HeatMapView, LineChartView } from './view.ts';

const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const;
/** The number of rows of a heat map. Each is about 6 pixels high. */
const RANGES = 36;

/** The latencies whose percentiles are drawn over time, in the order of the page. */
const LINES = [
  [metricNames.publish, 'Publishing request', 'From the intended time to the server’s response.'],
  [metricNames.handshake, 'Handshake', 'From the start of a connection to its open event.'],
  [
    metricNames.subscribed,
    'Time to subscribed',
    'From the start of a connection to the response to its first subscription.',
  ],
  [metricNames.echo, 'Echo round trip', 'From a message to the response that was expected.'],
  [
    metricNames.gap,
    'Gap over a reconnect',
    'From a connection’s loss until it is subscribed again.',
  ],
  [
    metricNames.catchUp,
    'Catch-up',
    'From a connection’s loss until the reader has everything that it missed.',
  ],
] as const;

/** The charts of everything that readers and publishers waited for. */
export function latencyCharts(record: LoadRecord, axis: Axis): ChartView[] {
  const { metrics } = record;
  const delivery = metrics[metricNames.delivery];
  const charts: ChartView[] = [];
  if (delivery !== undefined && delivery.windows.length > 0) {
    charts.push(
      percentiles(
        delivery,
        axis,
        'Delivery',
        'From the intended time of publishing to the arrival at a reader.',
      ),
      heatMap(delivery, axis),
    );
  }
  const spread = spreadChart(record, axis);
  if (spread !== undefined) charts.push(spread);
  for (const [name, title, help] of LINES) {
    const series = metrics[name];
    if (series !== undefined && series.windows.length > 0)
      charts.push(percentiles(series, axis, title, help));
  }
  const known = new Set<string>(Object.values(metricNames));
  for (const [name, series] of Object.entries(metrics)) {
    if (known.has(name) || series.windows.length === 0) continue;
    charts.push(percentiles(series, axis, name, 'As the scenario names it.'));
  }
  return charts;
}

/** Percentiles of a metric in each window. */
export function percentiles(
  series: MetricSeries,
  axis: Axis,
  title: string,
  help: string,
): LineChartView {
  const { starts, windowMs } = windowsOf([series]);
  return {
    kind: 'lines',
    ...{ title, help, unit: series.unit, ...axis },
    palette: 'ramp',
    scale: 'logarithmic',
    times: middlesOf(starts, windowMs),
    series: PERCENTILES.map(([label, share]) => ({
      label,
      values: quantilesOf(series, share, starts),
    })),
  };
}

/** The spread of the readers of a message. */
function spreadChart({ metrics }: LoadRecord, axis: Axis): LineChartView | undefined {
  const lines = (
    [
      ['first reader', metricNames.spreadFirst],
      ['median reader', metricNames.spreadMedian],
      ['last reader', metricNames.spreadLast],
    ] as const
  ).flatMap(([label, name]) => {
    const series = metrics[name];
    return series === undefined ? [] : [{ label, series }];
  });
  const { starts, windowMs } = windowsOf(lines.map(({ series }) => series));
  if (starts.length === 0) return undefined;
  return {
    kind: 'lines',
    title: 'Spread of a message',
    help: 'When the first, the median and the last of its readers have it (median of the messages).',
    unit: 'ms',
    ...axis,
    palette: 'ramp',
    scale: 'logarithmic',
    times: middlesOf(starts, windowMs),
    series: lines.map(({ label, series }) => ({ label, values: quantilesOf(series, 0.5, starts) })),
  };
}

/** All values of a metric: the number of values in each range of each window. */
export function heatMap(series: MetricSeries, axis: Axis): HeatMapView {
  const { starts, windowMs } = windowsOf([series]);
  const low = Math.max(series.total.min, 1e-3);
  const high = Math.max(series.total.max, low * 1.5);
  const step = Math.log(high / low) / RANGES;
  const edges = Array.from({ length: RANGES + 1 }, (_, index) => low * Math.exp(index * step));
  const byStart = new Map(series.windows.map(({ at, sketch }) => [at, sketch]));
  return {
    kind: 'heat',
    title: 'Delivery, all values',
    help: 'The stronger the colour, the more messages took so long; the colour follows the logarithm.',
    unit: series.unit,
    ...axis,
    times: [...starts, (starts.at(-1) ?? 0) + windowMs].map((start) => start / 1000),
    edges,
    counts: starts.map((start) => {
      const counts = edges.slice(1).map(() => 0);
      const sketch = byStart.get(start);
      if (sketch === undefined) return counts;
      for (const { from, to, count } of Sketch.decode(sketch).ranges()) {
        const range = Math.floor(Math.log(Math.sqrt(from * to) / low) / step);
        const row = Math.min(RANGES - 1, Math.max(0, range));
        counts[row] = (counts[row] ?? 0) + count;
      }
      return counts;
    }),
  };
}
