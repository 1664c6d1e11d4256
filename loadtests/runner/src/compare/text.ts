import { formatFigure } from '../figures/index.ts';
import type { Comparison, ComparisonRow } from './compare-runs.ts';
import type { Change } from './change.ts';
import type { NamedRecord } from './sides.ts';

/** The comparison for a terminal: a table, and its conclusion. */
export function comparisonText(comparison: Comparison): string {
  const rows = [
    ['', 'base', 'head', 'change', intervalTitle(comparison), 'verdict'],
    ...comparison.rows.map(cellsOf),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => (cells[column] ?? '').length)),
  );
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === 5 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [
    titleOf(comparison),
    '',
    ...lines,
    '',
    ...notesOf(comparison),
    conclusionOf(comparison),
  ].join('\n');
}

/** `chunked-broadcast: 5 runs of 1ffd56a (head) against 5 runs of 54d4487 (base)`. */
export function titleOf({ sides }: Comparison): string {
  const scenario = sides.base[0]?.record.scenario ?? '';
  return `${scenario}: ${describeSide(sides.head)} (head) against ${describeSide(sides.base)} (base)`;
}

function describeSide(side: readonly NamedRecord[]): string {
  const commits = new Set(
    side.map(
      ({ record }) =>
        record.commit?.replace(/^([0-9a-f]{9})[0-9a-f]{31}/, '$1') ?? 'an unknown commit',
    ),
  );
  return `${side.length} ${side.length === 1 ? 'run' : 'runs'} of ${[...commits].join(', ')}`;
}

/** The heading of the column of intervals: `99.2 % interval`. */
export function intervalTitle({ confidence }: Comparison): string {
  return `${(100 * confidence).toFixed(1)} % interval`;
}

/** The texts of a row: figure, base, head, change, interval, verdict. */
export function cellsOf({
  figure,
  baseValue,
  headValue,
  change,
  verdict,
}: ComparisonRow): string[] {
  return [
    figure.label,
    formatFigure(figure, baseValue),
    formatFigure(figure, headValue),
    change === undefined ? '' : percent(change.estimate),
    change === undefined ? '' : intervalOf(change),
    verdict,
  ];
}

function intervalOf({ low, high }: Change): string {
  return `${percent(low)} … ${percent(high)}`;
}

function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const digits = Math.abs(share) < 0.1 ? 1 : 0;
  return `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(digits)} %`;
}

/** Notes on the verdicts, each as a sentence. */
export function notesOf(comparison: Comparison): string[] {
  const { method, confidence, minimumEffect, rows, sides, gaps } = comparison;
  const told = rows.flatMap(({ change }) =>
    change === undefined ? [] : [(change.high - change.low) / 2],
  );
  const least = told.length === 0 ? undefined : Math.max(minimumEffect, Math.max(...told));
  return [
    ...sides.doubts,
    ...gaps,
    method === 'runs'
      ? `Intervals come from how runs differ (Welch, on logarithms); each holds with ${(100 * confidence).toFixed(1)} %, all together with 95 %. A change under ${100 * minimumEffect} % is called noise.`
      : `With one run a side, intervals come from how the windows of a run differ, which hides what makes one run as a whole slower than the next. Only an interval beyond ±${100 * minimumEffect} % counts; measure several runs of each side to know more.`,
    ...(method === 'runs' && least !== undefined && least > 0.15
      ? [
          `These runs can detect changes of about ${Math.ceil(100 * least)} % in every figure; more runs of each side detect smaller ones.`,
        ]
      : []),
  ];
}

/** The last line: what is worse, what is better, or that nothing differs. */
export function conclusionOf({ rows }: Comparison): string {
  const named = (verdict: ComparisonRow['verdict']): string =>
    rows
      .filter((row) => row.verdict === verdict)
      .map(({ figure }) => figure.label)
      .join('; ');
  const [worse, better] = [named('worse'), named('better')];
  return [
    ...(worse === '' ? [] : [`worse: ${worse}`]),
    ...(better === '' ? [] : [`better: ${better}`]),
    ...(worse === '' && better === '' ? ['noise: no figure is better or worse'] : []),
  ].join('\n');
}
