import { relative } from 'node:path';
import { formatFigure, findFigure } from '../figures/index.ts';
import type { LoadRecord } from '../record/index.ts';
import type { ScenarioResult } from '../run/index.ts';

const SHOWN = [
  'received',
  'missed',
  'deliveryP50Ms',
  'deliveryP99Ms',
  'lastReaderP99Ms',
  'handshakeP95Ms',
  'echoP99Ms',
  'catchUpP99Ms',
  'openConnections',
  'errors',
  'rowsLeft',
] as const;

/** The number of kinds of errors that are shown. The report has all of them. */
const MOST_ERRORS = 5;

/**
 * The summary of a run for the terminal: the figures, the objectives that were missed, and the
 * paths of the files.
 */
export function summaryOf(result: ScenarioResult, folder: string): string {
  const { record, verdicts, report, reportError } = result;
  const seconds = Math.round((Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000);
  const figures = SHOWN.flatMap((key) => {
    const figure = findFigure(key);
    const value = figure?.read(record);
    return figure === undefined || value === undefined
      ? []
      : [`  ${figure.label}: ${formatFigure(figure, value)}`];
  });
  const missed = verdicts.filter(({ met }) => !met);
  const metCount = verdicts.length - missed.length;
  const partial = record.partial ? `, partial: ${record.partialBecause ?? 'interrupted'}` : '';
  return [
    `${record.scenario}: ${seconds} s against ${record.stack?.name ?? 'the target'}${partial}`,
    ...figures,
    ...errorsOf(record),
    `  objectives: ${metCount} met, ${missed.length} missed`,
    ...missed.map(({ text }) => `  MISSED: ${text}`),
    reportError ?? `  report: ${relative(process.cwd(), report?.html ?? folder)}`,
  ].join('\n');
}

/** The kinds of errors, the most frequent first, each with an example. */
function errorsOf({ errors }: LoadRecord): string[] {
  const kinds = Object.entries(errors).toSorted(([, a], [, b]) => b.count - a.count);
  const lines = kinds
    .slice(0, MOST_ERRORS)
    .map(([kind, { count, example }]) =>
      example === kind ? `    ${count} × ${kind}` : `    ${count} × ${kind} (${example})`,
    );
  return kinds.length > MOST_ERRORS
    ? [...lines, `    and ${kinds.length - MOST_ERRORS} other kinds, which the report lists`]
    : lines;
}
