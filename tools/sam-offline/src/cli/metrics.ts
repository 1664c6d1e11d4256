import type { Command } from 'commander';
import type { ListedMetric } from '../insights/index.ts';
import { parseDuration } from './duration.ts';
import { endWithReader, openStoredRun } from './stored-run.ts';

interface MetricsCommandOptions {
  readonly dataDir: string;
  readonly namespace?: string;
  readonly name?: string;
  /** ms */
  readonly since?: number;
  readonly json: boolean;
}

const STATISTICS = ['SampleCount', 'Sum', 'Average', 'p50', 'p99', 'Maximum'] as const;
/** The period is as long as the range. */
const ALL_SECONDS = 10_000_000_000;

/** `sam-offline metrics`: prints the metrics of the running stack, or of the last run. */
export function addMetricsCommand(program: Command): void {
  program
    .command('metrics')
    .description('show the metrics of the running stack, or of the last run')
    .option('--data-dir <folder>', 'the data folder of the stack', '.local')
    .option('--namespace <namespace>', 'only this namespace, such as AWS/Lambda')
    .option('--name <name>', 'only this name, such as Duration')
    .option(
      '--since <duration>',
      'start this long ago (30s, 5m, 2h), in earlier runs too',
      parseDuration,
    )
    .option('--json', 'as JSON, one metric a line', false)
    .action(metrics);
}

interface Row {
  readonly metric: ListedMetric;
  readonly values: Readonly<Record<string, number>>;
}

async function metrics(options: MetricsCommandOptions): Promise<void> {
  endWithReader();
  const { insights, start } = await openStoredRun(options.dataDir);
  const startMs =
    options.since === undefined
      ? Math.floor(start.timeMs / 1000) * 1000
      : Date.now() - options.since;
  const listed = await insights.metrics.list({
    namespace: options.namespace,
    name: options.name,
    activeSinceMs: startMs,
  });
  const rows: Row[] = [];
  for (const metric of listed) {
    const [point] = await insights.metrics.query({
      ...{ namespace: metric.namespace, name: metric.name, dimensions: metric.dimensions },
      ...{ startMs, endMs: Infinity, periodSeconds: ALL_SECONDS, statistics: STATISTICS },
      unit: metric.unit,
    });
    if (point !== undefined) rows.push({ metric, values: point.statistics });
  }
  rows.sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
  const lines = options.json ? rows.map(jsonOf) : tableOf(rows);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function titleOf({ metric: { namespace, name, dimensions } }: Row): string {
  const values = Object.entries(dimensions).map(([key, value]) => `${key}=${value}`);
  return [namespace, name, ...values].join(' ');
}

function jsonOf({ metric, values }: Row): string {
  const { namespace, name, dimensions, unit } = metric;
  return JSON.stringify({ namespace, name, dimensions, unit, ...values });
}

function tableOf(rows: readonly Row[]): string[] {
  if (rows.length === 0) return ['No metric has values in this time.'];
  const head = ['METRIC', 'COUNT', 'SUM', 'AVERAGE', 'P50', 'P99', 'MAXIMUM', 'UNIT'];
  const table = [
    head,
    ...rows.map((row) => [
      titleOf(row),
      ...STATISTICS.map((name) => format(row.values[name])),
      row.metric.unit,
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => {
        const isText = column === 0 || column === row.length - 1;
        return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Prints a dash for an unknown value. Values that came as a statistic set have no percentiles. */
function format(value: number | undefined): string {
  if (value === undefined) return '-';
  return String(Math.round(value * 1000) / 1000);
}
