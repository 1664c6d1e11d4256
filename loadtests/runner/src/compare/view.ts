import { mergeRunRecords, metricNames } from 'artillery-engine-websocket-push/run-record';
import { formatFigure } from '../figures/index.ts';
import type { Cell, LineChartView, ReportView, Tone } from '../report/index.ts';
import { middlesOf, quantilesOf, windowsOf } from '../report/index.ts';
import type { Comparison, ComparisonRow } from './compare-runs.ts';
import type { NamedRecord } from './sides.ts';
import { cellsOf, conclusionOf, intervalTitle, notesOf, titleOf } from './text.ts';

const TONES: Readonly<Record<ComparisonRow['verdict'], Tone>> = {
  ...{ worse: 'bad', better: 'good', noise: 'quiet' },
};

/** The comparison as a page, in the form of a run's report. */
export function comparisonView(comparison: Comparison): ReportView {
  const { sides, rows, verdict, gaps } = comparison;
  return {
    title: titleOf(comparison),
    description: conclusionOf(comparison),
    verdict: { tone: TONES[verdict], text: verdict },
    warnings: [...sides.doubts, ...gaps],
    headlines: rows
      .filter((row) => row.verdict !== 'noise')
      .map(({ figure, baseValue, headValue, verdict: own }) => ({
        label: figure.label,
        value: formatFigure(figure, headValue),
        note: `${formatFigure(figure, baseValue)} before`,
        bad: own === 'worse',
      })),
    sections: [
      {
        ...{ id: 'figures', title: 'Figures', charts: [] },
        help: notesOf(comparison).join(' '),
        tables: [
          {
            columns: [
              'figure',
              'base',
              'head',
              'change',
              intervalTitle(comparison),
              'verdict',
              'because',
            ],
            numeric: [1, 2, 3, 4],
            rows: rows.map((row): Cell[] => [
              ...cellsOf(row).slice(0, -1),
              { text: row.verdict, tone: TONES[row.verdict] },
              { text: row.because, tone: 'quiet' },
            ]),
          },
        ],
      },
      {
        ...{ id: 'time', title: 'Over time', tables: [] },
        help: 'All runs of a side together, from the start of each.',
        charts: overTime(comparison),
      },
      {
        ...{ id: 'runs', title: 'The runs', charts: [] },
        help: 'The same figures, run by run.',
        tables: [
          {
            columns: ['run', 'side', 'commit', ...rows.map(({ figure }) => figure.label)],
            numeric: rows.map((_, index) => index + 3),
            rows: (['base', 'head'] as const).flatMap((side) =>
              sides[side].map(({ path, record }): Cell[] => [
                { text: path, tone: 'code' },
                side,
                { text: record.commit ?? 'unknown', tone: 'code' },
                ...rows.map(({ figure }) => {
                  const value = figure.read(record);
                  return value === undefined ? '–' : formatFigure(figure, value);
                }),
              ]),
            ),
          },
        ],
      },
    ],
  };
}

function overTime({ sides }: Comparison): LineChartView[] {
  return (
    [
      ['Delivery, median', metricNames.delivery, 0.5],
      ['Delivery, p99', metricNames.delivery, 0.99],
      ['Handshake, median', metricNames.handshake, 0.5],
      ['Echo round trip, median', metricNames.echo, 0.5],
    ] as const
  ).flatMap(([title, metric, share]): LineChartView[] => {
    const lines = (['base', 'head'] as const).flatMap((label) => {
      const series = mergeRunRecords(sides[label].map(fromZero)).metrics[metric];
      return series === undefined || series.windows.length === 0 ? [] : [{ label, series }];
    });
    const { starts, windowMs } = windowsOf(lines.map(({ series }) => series));
    if (lines.length < 2) return [];
    return [
      {
        ...{ kind: 'lines', title, help: 'In each window since the start.', unit: 'ms' },
        ...{ from: 0, to: ((starts.at(-1) ?? 0) + windowMs) / 1000 },
        ...{ palette: 'distinct', scale: 'logarithmic', times: middlesOf(starts, windowMs) },
        series: lines.map(({ label, series }) => ({
          label,
          values: quantilesOf(series, share, starts),
        })),
      },
    ];
  });
}

/** The record, with the times of its windows counted from the run's start. */
function fromZero({ record }: NamedRecord): NamedRecord['record'] {
  const metrics = Object.entries(record.metrics).map(([name, series]) => {
    const start = Date.parse(record.startedAt);
    const first = start - (start % series.windowMs);
    const windows = series.windows.map(({ at, sketch }) => ({
      at: Math.max(0, at - first),
      sketch,
    }));
    return [name, { ...series, windows }] as const;
  });
  return { ...record, metrics: Object.fromEntries(metrics) };
}
