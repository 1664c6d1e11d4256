import { checkSums, gaugeNames, metricNames } from 'artillery-engine-websocket-push/run-record';
import { findFigure, formatFigure, formatNumber } from '../figures/index.ts';
import type { Verdict } from '../objectives/index.ts';
import type { LoadRecord } from '../record/index.ts';
import { latencyCharts, percentiles } from './latency-charts.ts';
import { processesSection } from './processes-section.ts';
import { stackSection } from './stack-section.ts';
import { trendsSection } from './trends-section.ts';
import {
  errorsTable,
  examplesTable,
  latencyTable,
  ledgerTable,
  objectivesTable,
  runTable,
} from './tables.ts';
import { axisOf, type Axis } from './time-axis.ts';
import { levels, trafficCharts } from './traffic-charts.ts';
import type { ChartView, Headline, ReportView, Section } from './view.ts';

export interface ReportOptions {
  /** What the scenario shows, from the comment of its file. */
  readonly description: string;
  readonly verdicts: readonly Verdict[];
}

/** Computes everything that a report shows. */
export function buildReportView(record: LoadRecord, options: ReportOptions): ReportView {
  const { description, verdicts } = options;
  const axis = axisOf(record);
  const errors = errorsTable(record);
  const examples = examplesTable(record);
  const busy = processesSection(record);
  const trends = trendsSection(record);
  const sections: Section[] = [
    {
      ...{ id: 'objectives', title: 'Objectives', charts: [] },
      help: 'The limits that a run of this scenario has to keep. They are in loadtests/objectives.yaml.',
      tables: verdicts.length === 0 ? [] : [objectivesTable(verdicts)],
      ...(verdicts.length === 0 && { missing: 'No objective was checked.' }),
    },
    {
      ...{ id: 'latency', title: 'Latency' },
      help: 'Messages are timed from the time at which they were to be published, so a stall of the generator or the server is visible.',
      charts: latencyCharts(record, axis),
      tables: [latencyTable(record)],
    },
    {
      ...{ id: 'traffic', title: 'Traffic', tables: [] },
      help: 'The traffic while those latencies were measured.',
      charts: trafficCharts(record, axis),
    },
    {
      ...{ id: 'ledger', title: 'Ledger', charts: [] },
      help: 'Each message is tracked by its id for each reader that is owed it, so misses, repeats and late arrivals do not cancel out.',
      tables: [ledgerTable(record), ...(examples === undefined ? [] : [examples])],
    },
    {
      ...{ id: 'errors', title: 'Errors', charts: [] },
      help: errors === undefined ? 'There were none.' : 'By kind, with the first one’s text.',
      tables: errors === undefined ? [] : [errors],
    },
    stackSection(record, axis),
    ...(busy === undefined ? [] : [busy]),
    ...(trends === undefined ? [] : [trends]),
    {
      ...{ id: 'generator', title: 'The generator', tables: [] },
      help: 'When the machine that makes the load is busy, its own delay is in the latencies: look here first before you look for the cause in the stack.',
      charts: generatorCharts(record, axis),
    },
    {
      ...{ id: 'run', title: 'The run', charts: [] },
      help: 'What was run, where, and how to run it again.',
      tables: [runTable(record)],
    },
  ];
  const failed = verdicts.some(({ met }) => !met);
  return {
    title: record.scenario,
    description,
    verdict:
      verdicts.length === 0
        ? { tone: 'quiet', text: 'no objectives' }
        : failed
          ? { tone: 'bad', text: 'objectives missed' }
          : { tone: 'good', text: 'objectives met' },
    warnings: warningsOf(record),
    headlines: headlinesOf(record, verdicts),
    sections,
  };
}

function warningsOf(record: LoadRecord): string[] {
  const { partial, partialBecause, ledger, stack } = record;
  return [
    ...(partial
      ? [
          `This run is partial: ${partialBecause ?? 'it was interrupted'}. Its figures are of what had happened until then.`,
        ]
      : []),
    ...checkSums(ledger).map((wrong) => `The ledger’s sums do not add up: ${wrong}.`),
    ...(stack?.rowsUnknown === undefined
      ? []
      : [`The rows left in the connections table could not be counted: ${stack.rowsUnknown}.`]),
  ];
}

const HEADLINES = [
  'deliveryP50Ms',
  'deliveryP99Ms',
  'lastReaderP50Ms',
  'handshakeP95Ms',
  'echoP99Ms',
  'catchUpP99Ms',
  'receivedPerSecond',
  'received',
  'missed',
  'errorPercent',
  'openConnections',
  'rowsLeft',
] as const;

function headlinesOf(record: LoadRecord, verdicts: readonly Verdict[]): Headline[] {
  const missed = verdicts.filter(({ met }) => !met).map(({ figure }) => figure.key);
  return [...new Set([...missed, ...HEADLINES])].flatMap((key): Headline[] => {
    const figure = findFigure(key);
    const value = figure?.read(record);
    const verdict = verdicts.find((one) => one.figure.key === key);
    if (figure === undefined || (value === undefined && verdict === undefined)) return [];
    const bound = figure.better === 'lower' ? 'at most' : 'at least';
    const note =
      key === 'received'
        ? `of ${formatNumber(record.ledger.owed)} owed`
        : verdict === undefined
          ? undefined
          : `${bound} ${formatFigure(figure, verdict.limit)}`;
    return [
      {
        label: figure.label,
        value: value === undefined ? 'not measured' : formatFigure(figure, value),
        ...(note !== undefined && { note }),
        bad: verdict?.met === false,
      },
    ];
  });
}

function generatorCharts(record: LoadRecord, axis: Axis): ChartView[] {
  const { lag, stall } = metricNames;
  const own = (
    [
      [lag, 'Lag of publishing', 'How much later than intended the generator published.'],
      [stall, 'Stalls', 'How much too late its timers fired.'],
    ] as const
  ).flatMap(([name, title, help]) => {
    const series = record.metrics[name];
    return series === undefined || series.windows.length === 0
      ? []
      : [percentiles(series, axis, title, help)];
  });
  return [
    ...own,
    levels(record, axis, 'Processor', 'Share of a core that the generator uses.', '%', [
      ['processor', gaugeNames.cpu],
    ]),
    levels(record, axis, 'Memory', 'Resident set of the generator’s process.', 'MiB', [
      ['memory', gaugeNames.memory],
    ]),
  ].flatMap((chart) => chart ?? []);
}
