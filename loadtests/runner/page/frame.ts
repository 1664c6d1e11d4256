import type uPlot from 'uplot';
import type { ChartView } from '../src/report/view.ts';
import { colour, short } from './theme.ts';

const HEIGHT = 240;
/**
 * The possible distances between two labels of the time axis, in seconds: parts of a minute and of
 * an hour.
 */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enum is declared, and exists in its types only
export const LOGARITHMIC: uPlot.Scale.Distr = 3;

/**
 * The options that all charts of the page have in common: the time axis, the colours, the shared
 * cursor.
 */
export function frame(
  plot: HTMLElement,
  { from, to }: ChartView,
  logarithmic: boolean,
): Pick<uPlot.Options, 'width' | 'height' | 'scales' | 'axes' | 'cursor'> {
  const text = colour(plot, 'quiet');
  const grid = { stroke: colour(plot, 'grid'), width: 1 };
  return {
    width: plot.clientWidth,
    height: HEIGHT,
    cursor: { sync: { key: 'run' }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, range: [0, to - from] },
      y: logarithmic
        ? { distr: LOGARITHMIC, log: 10 }
        : { range: { min: { pad: 0, soft: 0, mode: 1 }, max: { pad: 0.1, soft: 0, mode: 2 } } },
    },
    axes: [
      {
        stroke: text,
        grid,
        ticks: grid,
        space: 60,
        incrs: STEPS,
        values: (_plot, times) => times.map(sinceStart),
      },
      {
        stroke: text,
        grid,
        ticks: grid,
        size: 58,
        values: (_plot, values) => values.map(labelOf),
        ...(logarithmic ? { filter: onlyPowersOfTen } : {}),
      },
    ],
  };
}

/** uPlot gives null for a split that `filter` removed. */
function labelOf(split: number | null): string {
  return split === null ? '' : short(split);
}

/** uPlot splits each decade of a logarithmic axis into 1 to 9. Only 1, 2 and 5 get a label. */
function onlyPowersOfTen(_plot: uPlot, splits: readonly number[]): (number | null)[] {
  const decades = Math.log10((splits.at(-1) ?? 1) / (splits[0] ?? 1));
  const labelled = decades <= 2 ? [1, 2, 5] : [1];
  return splits.map((split) => {
    const leading = split / 10 ** Math.floor(Math.log10(split) + 1e-9);
    return labelled.some((digit) => Math.abs(leading - digit) < 1e-6) ? split : null;
  });
}

/** The minutes and seconds since the run began: `1:05`. */
export function sinceStart(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}
