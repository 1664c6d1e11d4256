import type { TraceResponse, WaterfallRow } from '../../console/index.ts';
import { formatDuration, formatTime, printable } from './row.ts';
import { type Paint, painterFor, type Style } from './style.ts';

/** The columns to use if the stream is not a terminal. */
const DEFAULT_COLUMNS = 120;
const LANE_WIDTH = 32;
const DURATION_WIDTH = 9;

const STYLES: Readonly<Record<WaterfallRow['status'], Style>> = {
  ok: 'green',
  error: 'yellow',
  throttle: 'yellow',
  fault: 'red',
};

/** Writes a trace as a waterfall, with a line for each bar. A group of similar bars is one line. */
export function printWaterfall(trace: TraceResponse, stream: NodeJS.WriteStream): void {
  const paint = painterFor(stream);
  const columns = stream.isTTY ? stream.columns : DEFAULT_COLUMNS;
  stream.write(`${formatWaterfall(trace, paint, columns).join('\n')}\n\n`);
}

/**
 * Makes the lines of a waterfall.
 *
 * @param columns the width of the terminal; longer text is cut
 */
export function formatWaterfall(
  { id, startMs, durationMs, rows, spans, left }: TraceResponse,
  paint: Paint,
  columns: number,
): string[] {
  const head = `${formatTime(startMs)} ${printable(rows[0]?.name ?? '')}  ${formatDuration(durationMs)}`;
  const more = left > 0 ? `, ${left} more are not shown` : '';
  return [
    `${paint('bold', head)}  ${paint('dim', `${id}  ${spans} spans${more}`)}`,
    ...rows.map((row) => {
      const name = `${'  '.repeat(row.depth)}${printable(row.name)}`;
      const text = [name, printable(row.detail ?? '')].filter((part) => part !== '').join('  ');
      const room = Math.max(20, columns - LANE_WIDTH - DURATION_WIDTH - 3);
      const shown = text.length > room ? `${text.slice(0, room - 1)}…` : text;
      const duration = row.durationMs > 0 ? formatDuration(row.durationMs) : '';
      return [
        paint(STYLES[row.status], laneOf(row, startMs, durationMs)),
        duration.padStart(DURATION_WIDTH),
        row.status === 'ok' ? shown : paint(STYLES[row.status], shown),
      ].join(' ');
    }),
  ];
}

/** The bar of a row. A span without a duration is a dot. */
function laneOf(row: WaterfallRow, startMs: number, durationMs: number): string {
  const scale = (LANE_WIDTH - 1) / Math.max(durationMs, 0.001);
  const from = Math.min(LANE_WIDTH - 1, Math.max(0, Math.round((row.startMs - startMs) * scale)));
  const length = Math.min(LANE_WIDTH - from, Math.max(1, Math.round(row.durationMs * scale)));
  const bar = row.durationMs > 0 ? '█'.repeat(length) : '•';
  return `${' '.repeat(from)}${bar}`.padEnd(LANE_WIDTH);
}
