import type { ReportView } from '../src/report/view.ts';
import { drawHeatMap } from './heat-map.ts';
import { drawLines } from './line-chart.ts';

/**
 * Draws every chart of the page, and draws it again when its width or the colour scheme changes.
 */
function start(): void {
  const source = document.getElementById('view')?.textContent;
  if (source === undefined) return;
  // `html.ts` wrote this data from the same type.
  const view = JSON.parse(source) as ReportView;
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
    const { section, chart: position } = figure.dataset;
    const chart = view.sections[Number(section)]?.charts[Number(position)];
    const plot = figure.querySelector<HTMLElement>('.plot');
    if (chart === undefined || plot === null) continue;
    let width = 0;
    let destroy: (() => void) | undefined;
    const draw = (): void => {
      destroy?.();
      destroy = chart.kind === 'heat' ? drawHeatMap(plot, chart) : drawLines(plot, chart);
    };
    new ResizeObserver(() => {
      if (plot.clientWidth === width) return;
      width = plot.clientWidth;
      draw();
    }).observe(plot);
    scheme.addEventListener('change', draw);
  }
}

start();
