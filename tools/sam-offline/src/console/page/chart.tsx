import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ChartSeries, MetricContent } from '../dashboards/index.ts';
import { figure } from './format.ts';
import { useIsDark } from './theme.ts';

/**
 * Colours that can be told apart on light and dark backgrounds, also by readers who cannot tell red
 * from green.
 */
const COLORS = [
  '#2f7ed8',
  '#e07b1a',
  '#1fa37a',
  '#c23b82',
  '#8a63d2',
  '#b59300',
  '#0f9fb5',
  '#d1495b',
];

/**
 * The colour of a series.
 *
 * @param index the number of the series, from 0
 * @param own the colour that the widget sets, if it sets one
 */
export function colorOf(index: number, own?: string): string {
  return own ?? COLORS[index % COLORS.length] ?? '#2f7ed8';
}

/**
 * uPlot declares its sides as a `const enum`, which has no value if modules are compiled one by
 * one.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
const RIGHT = 1 as uPlot.Axis.Side;

interface ChartProps {
  readonly series: readonly ChartSeries[];
  readonly content: Pick<MetricContent, 'stacked' | 'left' | 'right' | 'horizontal' | 'vertical'>;
  readonly startMs: number;
  readonly endMs: number;
  readonly label: string;
  /** Is called when a time range was selected with the mouse. */
  readonly onZoom: (startMs: number, endMs: number) => void;
  /** Is called when a point was clicked. */
  readonly onPick: (timeMs: number) => void;
}

/** A line chart over time. All charts of the page share one crosshair. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<{ readonly of: uPlot; readonly shape: string } | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const isDark = useIsDark();
  const { series, content } = props;
  const shape = JSON.stringify([
    series.map(({ label, yAxis, color }) => [label, yAxis, color]),
    content,
    isDark,
  ]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const data = alignedData(latest.current);
    if (plot.current?.shape === shape) {
      plot.current.of.setData(data);
      return;
    }
    plot.current?.of.destroy();
    plot.current = { of: new uPlot(optionsOf(latest, element), data, element), shape };
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      plot.current?.of.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.of.destroy();
      plot.current = undefined;
    };
  }, []);
  return <div class="chart" ref={box} role="img" aria-label={summaryOf(props)} />;
}

/** The text for readers who do not see the chart. */
function summaryOf({ label, series }: ChartProps): string {
  const parts = series.slice(0, 6).map(({ label: name, values }) => {
    const last = values.at(-1);
    return `${name}: ${last === undefined ? 'no values' : `latest ${figure(last)}`}`;
  });
  return `${label}. ${parts.join('; ')}`;
}

function alignedData({ series, content }: ChartProps): uPlot.AlignedData {
  const times = [...new Set(series.flatMap((one) => one.times))].sort((a, b) => a - b);
  const place = new Map(times.map((time, index) => [time, index]));
  const rows = series.map((one) => {
    const row = new Array<number | null>(times.length).fill(null);
    one.times.forEach((time, index) => {
      const at = place.get(time);
      if (at !== undefined) row[at] = one.values[index] ?? null;
    });
    return row;
  });
  if (content.stacked) {
    // Each series is drawn on top of those before it.
    const sums = new Array<number>(times.length).fill(0);
    for (const row of rows) {
      row.forEach((value, index) => {
        sums[index] = (sums[index] ?? 0) + (value ?? 0);
        row[index] = sums[index] ?? null;
      });
    }
  }
  return [times.map((time) => time / 1000), ...rows];
}

function optionsOf(latest: { readonly current: ChartProps }, element: HTMLElement): uPlot.Options {
  const { series, content } = latest.current;
  // A canvas takes colours only, not variables of the style sheet.
  const { color: ink, borderTopColor: line } = getComputedStyle(element);
  const hasRight = series.some(({ yAxis }) => yAxis === 'right');
  const axis = {
    stroke: ink,
    font: '11px system-ui',
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line },
  };
  const values = (_plot: uPlot, splits: number[]): string[] => splits.map(figure);
  let downAt = 0;
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: {
      sync: { key: 'console' },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      bind: {
        mousedown: (_plot, _target, handler) => (event) => {
          downAt = event.clientX;
          return handler(event);
        },
        click: (plot) => (event: MouseEvent) => {
          if (Math.abs(event.clientX - downAt) < 4) {
            latest.current.onPick(plot.posToVal(plot.cursor.left ?? 0, 'x') * 1000);
          }
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => [latest.current.startMs / 1000, latest.current.endMs / 1000] },
      left: { range: rangeOf(content.left, content, 'left') },
      right: { range: rangeOf(content.right, content, 'right') },
    },
    axes: [
      { ...axis, space: 70 },
      { ...axis, scale: 'left', size: 46, values },
      ...(hasRight
        ? [{ ...axis, scale: 'right', side: RIGHT, size: 46, grid: { show: false }, values }]
        : []),
    ],
    series: [
      {},
      ...series.map(({ label, yAxis, color }, index) => ({
        ...{ label, scale: yAxis, stroke: colorOf(index, color), width: 1.5, spanGaps: true },
        ...(content.stacked && { fill: `${colorOf(index, color)}33` }),
        points: { size: 4 },
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width < 5) return;
          const from = plot.posToVal(plot.select.left, 'x') * 1000;
          const to = plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onZoom(from, to);
        },
      ],
      draw: [
        (plot) => {
          drawAnnotations(plot, latest.current.content);
        },
      ],
    },
  };
}

function rangeOf(
  { min, max }: MetricContent['left'],
  { horizontal }: ChartProps['content'],
  side: 'left' | 'right',
): (plot: uPlot, low: number | null, high: number | null) => [number, number] {
  const marks = horizontal
    .filter(({ yAxis }) => yAxis === side)
    .flatMap(({ value, to }) => (to === undefined ? [value] : [value, to]));
  return (_plot, low, high) => {
    const bottom = min ?? Math.min(0, low ?? 0, ...marks);
    const top = max ?? Math.max(high ?? 1, ...marks);
    return [
      bottom,
      top > bottom ? top + (max === undefined ? (top - bottom) * 0.08 : 0) : bottom + 1,
    ];
  };
}

/** The size of an annotation's label, and its distance to its line, in CSS pixels. */
const LABEL_PX = 11;
const LABEL_GAP_PX = 4;

/**
 * Writes the label of an annotation beside its line, so that all of it is within the plot: above
 * and to the right of its position if there is enough space, or else below or to the left. A label
 * that is wider than the plot is cut.
 */
function drawLabel({ ctx, bbox }: uPlot, label: string, x: number, y: number): void {
  const size = LABEL_PX * devicePixelRatio;
  const gap = LABEL_GAP_PX * devicePixelRatio;
  const widest = bbox.width - 2 * gap;
  let text = label;
  while (text.length > 1 && ctx.measureText(text).width > widest) {
    text = `${text.replace(/…$/, '').slice(0, -1)}…`;
  }
  const right = bbox.left + bbox.width - gap - ctx.measureText(text).width;
  const isRoomAbove = y - gap - size >= bbox.top;
  // The axes have left other text alignments.
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(text, Math.min(x + gap, right), isRoomAbove ? y - gap : y + gap + size);
}

function drawAnnotations(plot: uPlot, { horizontal, vertical }: ChartProps['content']): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `${LABEL_PX * devicePixelRatio}px system-ui`;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { value, to, label, color = '#d1495b', yAxis } of horizontal) {
    if (plot.scales[yAxis] === undefined) continue;
    const y = plot.valToPos(value, yAxis, true);
    if (!Number.isFinite(y)) continue;
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    if (label !== undefined) drawLabel(plot, label, bbox.left, y);
    if (to !== undefined) {
      ctx.globalAlpha = 0.08;
      const other = plot.valToPos(to, yAxis, true);
      ctx.fillRect(bbox.left, Math.min(y, other), bbox.width, Math.abs(other - y));
      ctx.globalAlpha = 1;
    }
  }
  for (const { timeMs, toMs, label, color = '#8a63d2' } of vertical) {
    const x = plot.valToPos(timeMs / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (label !== undefined) drawLabel(plot, label, x, bbox.top);
    if (toMs !== undefined) {
      ctx.globalAlpha = 0.08;
      ctx.fillRect(x, bbox.top, plot.valToPos(toMs / 1000, 'x', true) - x, bbox.height);
      ctx.globalAlpha = 1;
    }
  }
  ctx.restore();
}
