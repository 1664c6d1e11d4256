import { metricNames, Sketch } from 'artillery-engine-websocket-push/run-record';
import { formatFigure, formatNumber } from '../figures/index.ts';
import type { LevelSeries, LoadRecord } from '../record/index.ts';
import { mean, trendInterval } from '../statistics/index.ts';
import type { Cell, Section } from './view.ts';

/** The shortest run, in ms, for which a trend is shown. */
const LEAST_MS = 10 * 60_000;
/** The share of a run at its start that does not count, since the run warms up. */
const WARM_UP = 0.2;
/** The length of the time, in ms, over which values are averaged before the line is fitted. */
const STEP_MS = 60_000;
const HOUR_MS = 3_600_000;
/**
 * The smallest growth that is shown, as a share an hour. Less than that is not worth a look within
 * a day.
 */
const WORTH_A_LOOK = 0.05;

/**
 * Whether anything grew while the load was constant. Undefined if the run was too short to tell.
 */
export function trendsSection(record: LoadRecord): Section | undefined {
  const { windowMs = 0, windows = [] } = record.metrics[metricNames.delivery] ?? {};
  const first = windows[0]?.at ?? 0;
  const to = (windows.at(-1)?.at ?? 0) + windowMs;
  const from = first + (to - first) * WARM_UP;
  // The first message comes after the readers, so a run of ten minutes has deliveries of less.
  if (Date.parse(record.endedAt) - Date.parse(record.startedAt) < LEAST_MS) return undefined;
  const rows = [...deliveryLevels(record), ...(record.levels ?? [])].flatMap((series) =>
    rowOf(series, from, to),
  );
  return {
    ...{ id: 'trends', title: 'Does anything grow?', charts: [] },
    help:
      `The change an hour, by a line through the averages of minutes without the first ${WARM_UP * 100} % of the run, and the range that holds ` +
      'it with a confidence of 95 %. Flat means that the range contains zero.',
    tables: [
      {
        columns: ['what', 'on average', 'change an hour', '95 % range', 'verdict'],
        numeric: [1, 2, 3],
        rows,
      },
    ],
  };
}

function deliveryLevels({ metrics }: LoadRecord): LevelSeries[] {
  const windows = metrics[metricNames.delivery]?.windows ?? [];
  return (
    [
      ['delivery, median', 0.5],
      ['delivery, p99', 0.99],
    ] as const
  ).map(([name, share]) => ({
    name,
    unit: 'ms',
    samples: windows.map(({ at, sketch }) => ({
      at,
      value: Sketch.decode(sketch).quantile(share),
    })),
  }));
}

function rowOf({ name, unit, samples }: LevelSeries, from: number, to: number): Cell[][] {
  const steps = Map.groupBy(
    samples.filter(({ at }) => at >= from && at < to),
    ({ at }) => Math.floor(at / STEP_MS),
  );
  const points = [...steps].map(([step, values]) => ({
    x: (step * STEP_MS) / HOUR_MS,
    y: mean(values.map(({ value }) => value)),
  }));
  if (points.length === 0) return [];
  const average = mean(points.map(({ y }) => y));
  const trend = trendInterval(points, 0.95);
  const figure = (value: number): string => formatFigure({ unit }, value);
  const change = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value)}`;
  return [
    trend === undefined
      ? [name, figure(average), '–', '–', { text: 'too few values', tone: 'quiet' }]
      : [
          ...[name, figure(average), change(trend.estimate)],
          `${change(trend.low)} to ${change(trend.high)}`,
          verdictOf(trend, average),
        ],
  ];
}

function verdictOf(
  { estimate, low, high }: { estimate: number; low: number; high: number },
  average: number,
): Cell {
  if (low <= 0 && high >= 0) return { text: 'flat', tone: 'good' };
  const share = average === 0 ? Infinity : Math.abs(estimate / average);
  const text = `${estimate > 0 ? 'grows' : 'falls'} by ${formatNumber(share * 100)} % an hour`;
  return { text, tone: estimate > 0 && share > WORTH_A_LOOK ? 'bad' : 'quiet' };
}
