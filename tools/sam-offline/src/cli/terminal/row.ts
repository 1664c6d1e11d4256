import type { Paint, Style } from './style.ts';

/** A line about something that happened, in columns. */
export interface Row {
  /** ms since 1970 */
  readonly timeMs: number;
  /** `GET`, `connect`, `message`, `push`, `invoke`. */
  readonly label: string;
  readonly subject: string;
  readonly status: string;
  readonly statusStyle: Style;
  readonly durationMs?: number | undefined;
  /** Shown behind the columns: a correlation id, who did it, why it failed. */
  readonly details?: readonly (string | undefined)[];
}

const LABEL_WIDTH = 8;
const SUBJECT_WIDTH = 44;
const STATUS_WIDTH = 7;
const DURATION_WIDTH = 9;

/** What lines of a function stand under, so that they begin where the label does. */
export const INDENT = ' '.repeat(14);

export function formatRow(row: Row, paint: Paint): string {
  const { label, subject, status, statusStyle, durationMs, details = [] } = row;
  const duration = durationMs === undefined ? '' : formatDuration(durationMs);
  const rest = details.filter((detail) => detail !== undefined && detail !== '').join('  ');
  const columns = [
    paint('dim', formatTime(row.timeMs)),
    label.padEnd(LABEL_WIDTH),
    printable(subject).padEnd(SUBJECT_WIDTH),
    paint(statusStyle, status.padStart(STATUS_WIDTH)),
    duration.padStart(DURATION_WIDTH),
    paint('dim', printable(rest)),
  ];
  return columns.join(' ').trimEnd();
}

/** `12:34:56.789`, local time. */
export function formatTime(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms} `;
}

/** `0.8 ms`, `12 ms`, `1.53 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** A client's text cannot move the cursor, nor forge a line. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The colour of an HTTP status. */
export function styleOfStatus(statusCode: number): Style {
  if (statusCode >= 500) return 'red';
  return statusCode >= 400 ? 'yellow' : 'green';
}
