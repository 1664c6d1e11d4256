import { ratio, type Metric, type RatioDefinition, type Row } from './report.ts';

/** The two variants that the table's last column compares. */
export interface Comparison {
  readonly ours: string;
  readonly baseline: string;
}

/**
 * Renders metrics as lines and variants as columns, with units, and a last column that says how
 * many times better than the baseline ours is. A value that a variant does not have is shown as
 * `-`.
 */
export function renderTable(
  metrics: readonly Metric[],
  rows: readonly Row[],
  comparison: Comparison,
): string {
  const header = ['', 'unit', ...rows.map(({ variant }) => variant), 'ratio'];
  const lines = metrics.map((metric) => [
    metric.label,
    metric.unit,
    ...rows.map((row) => formatNumber(row[metric.key])),
    formatRatio(ratio(rows, { metric, ...comparison })),
  ]);
  return `${align([header, ...lines])}\nratio: ${comparison.ours} against ${comparison.baseline}, above 1 is better`;
}

/** Renders the ratios that the report names, with the two figures that each comes from. */
export function renderRatios(
  rows: readonly Row[],
  definitions: Readonly<Record<string, RatioDefinition>>,
): string {
  const header = ['ratios', '', 'ours', 'theirs', 'unit', 'against'];
  const lines = Object.entries(definitions).map(([name, definition]) => {
    const { metric, ours, baseline } = definition;
    const figure = (variant: string): string =>
      formatNumber(rows.find((row) => row.variant === variant)?.[metric.key]);
    return [
      name,
      formatRatio(ratio(rows, definition)),
      figure(ours),
      figure(baseline),
      metric.unit,
      baseline,
    ];
  });
  return align([header, ...lines]);
}

/**
 * Aligns the first column to the left, and the others to the right; the first line is the header.
 */
function align(lines: readonly (readonly string[])[]): string {
  const [header = []] = lines;
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const rendered = lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [rendered[0], rule, ...rendered.slice(1)].join('\n');
}

/** Formats a number: three significant digits below 100, whole numbers with separators above. */
function formatNumber(value: number | string | undefined): string {
  if (typeof value !== 'number') return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function formatRatio(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(value >= 10 ? 1 : 2)}×`;
}
