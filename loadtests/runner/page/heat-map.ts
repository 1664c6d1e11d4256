import uPlot from 'uplot';
import type { HeatMapView } from '../src/report/view.ts';
import { frame, LOGARITHMIC, sinceStart } from './frame.ts';
import { channels, colour, orDash, short } from './theme.ts';

/**
 * Draws a heat map over time on a logarithmic axis.
 *
 * @returns a function that removes it
 */
export function drawHeatMap(plot: HTMLElement, chart: HeatMapView): () => void {
  const low = channels(colour(plot, 'heat-low'));
  const high = channels(colour(plot, 'heat-high'));
  const most = Math.max(1, ...chart.counts.flat());
  const first = chart.edges[0] ?? 1;
  const last = chart.edges.at(-1) ?? 10;
  const base = frame(plot, chart, true);
  const middles = chart.times
    .slice(1)
    .map((edge, index) => (edge + (chart.times[index] ?? edge)) / 2 - chart.from);
  const paint = (u: uPlot): void => {
    const { ctx } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    ctx.clip();
    chart.counts.forEach((ranges, window) => {
      const left = Math.round(u.valToPos((chart.times[window] ?? 0) - chart.from, 'x', true));
      const right = Math.round(u.valToPos((chart.times[window + 1] ?? 0) - chart.from, 'x', true));
      ranges.forEach((count, range) => {
        if (count === 0) return;
        const bottom = Math.round(u.valToPos(chart.edges[range] ?? first, 'y', true));
        const top = Math.round(u.valToPos(chart.edges[range + 1] ?? last, 'y', true));
        ctx.fillStyle = mix(low, high, Math.log1p(count) / Math.log1p(most));
        ctx.fillRect(left, top, Math.max(1, right - left - 1), Math.max(1, bottom - top - 1));
      });
    });
    ctx.restore();
  };
  const drawn = new uPlot(
    {
      ...base,
      scales: {
        ...base.scales,
        y: { distr: LOGARITHMIC, log: 10, range: wholeDigits(first, last) },
      },
      series: [
        {
          label: 'time',
          value: (_plot, time) => orDash(time, sinceStart),
        },
        {
          label: 'most values',
          stroke: colour(plot, 'heat-high'),
          paths: () => null,
          points: { show: false },
          value: (_plot, _value, _series, window) => describeMost(chart, window),
        },
      ],
      hooks: { drawAxes: [paint] },
    },
    [middles, middles.map(() => null)],
    plot,
  );
  return () => {
    drawn.destroy();
  };
}

/** The range with the most values of a window, and the number of all values in the window. */
function describeMost({ counts, edges, unit }: HeatMapView, window: number | null): string {
  const ranges = window === null ? undefined : counts[window];
  if (ranges === undefined) return '–';
  const total = ranges.reduce((sum, count) => sum + count, 0);
  const peak = ranges.indexOf(Math.max(...ranges));
  if (total === 0) return 'none';
  return `${short(edges[peak] ?? 0)} to ${short(edges[peak + 1] ?? 0)} ${unit}; ${short(total)} in all`;
}

/** Extends a range to digits of a decade, such as 80 and 3,000, since uPlot labels whole steps. */
function wholeDigits(least: number, most: number): [number, number] {
  const step = (value: number): number => 10 ** Math.floor(Math.log10(value));
  return [Math.floor(least / step(least)) * step(least), Math.ceil(most / step(most)) * step(most)];
}

function mix(
  low: readonly [number, number, number],
  high: readonly [number, number, number],
  share: number,
): string {
  const parts = low.map((value, index) =>
    Math.round(value + ((high[index] ?? value) - value) * share),
  );
  return `rgb(${parts.join(' ')})`;
}
