import uPlot from 'uplot';
import type { LineChartView } from '../src/report/view.ts';
import { frame, sinceStart } from './frame.ts';
import { colour, orDash, short } from './theme.ts';

/**
 * Draws lines over time.
 *
 * @returns a function that removes them
 */
export function drawLines(plot: HTMLElement, chart: LineChartView): () => void {
  const logarithmic = chart.scale === 'logarithmic';
  const count = chart.series.length;
  // A logarithmic axis cannot show 0.
  const values = chart.series.map((series) =>
    series.values.map((value) => (logarithmic && value !== null && value <= 0 ? null : value)),
  );
  const single = chart.times.length < 2;
  const drawn = new uPlot(
    {
      ...frame(plot, chart, logarithmic),
      series: [
        {
          label: 'time',
          value: (_plot, time) => orDash(time, sinceStart),
        },
        ...chart.series.map(({ label }, index): uPlot.Series => {
          const stroke = colour(plot, nameOfColour(chart.palette, index, count));
          return {
            label,
            stroke,
            width: 2,
            points: { show: single || isSparse(values[index] ?? []), size: 6, fill: stroke },
            value: (_plot, value) => orDash(value, (known) => `${short(known)} ${chart.unit}`),
            spanGaps: false,
          };
        }),
      ],
    },
    [chart.times.map((time) => time - chart.from), ...values],
    plot,
  );
  return () => {
    drawn.destroy();
  };
}

/** Shows a value between two gaps as a point, since it has no line. */
function isSparse(values: readonly (number | null)[]): boolean {
  return values.some(
    (value, index) =>
      value !== null &&
      (values[index - 1] ?? null) === null &&
      (values[index + 1] ?? null) === null,
  );
}

function nameOfColour(palette: LineChartView['palette'], index: number, count: number): string {
  if (palette === 'distinct') return `series-${(index % 8) + 1}`;
  // The tones go from light to strong, whatever the number of series.
  const step = count === 1 ? 4 : 1 + Math.round((index * 4) / (count - 1));
  return `ramp-${step}`;
}
