import type { Figure } from './figures.ts';

/** A number with three significant digits, or a whole number with thousands separators. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 1000) {
    return Math.round(value).toLocaleString('en-US');
  }
  return String(Number(value.toPrecision(3)));
}

/** The value of a figure with its unit: `12.3 ms`, `1,000`, `0.4 %`. */
export function formatFigure({ unit }: Pick<Figure, 'unit'>, value: number): string {
  if (unit === 'ms' && Math.abs(value) >= 10_000) return `${formatNumber(value / 1000)} s`;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}
