import type { Paint, Style } from './style.ts';

/** A line about a fact, in columns. */
export interface Row {
  /** ms since 1970 */
  readonly timeMs: number;
  /** `GET`, `connect`, `message`, `push`, `invoke`. */
  readonly label: string;
  readonly subject: string;
  readonly status: string;
  readonly statusStyle: Style;
  readonly durationMs?: number | undefined;
  /** The text after the columns: a correlation id, the caller, or the reason of a failure. */
  readonly details?: readonly (string | undefined)[];
}

const LABEL_WIDTH = 8;
const SUBJECT_WIDTH = 44;
const STATUS_WIDTH = 7;
const DURATION_WIDTH = 9;

/** The indentation of a function's lines. They begin where the label begins. */
export const INDENT = ' '.repeat(14);

/** Writes a row as one line of text, without a line feed. */
export function formatRow(row: Row, paint: Paint): string {
  const { durationMs, details } = row;
  const duration = durationMs === undefined ? '' : formatDuration(durationMs);
  let rest = '';
  if (details !== undefined) {
    for (const detail of details) {
      if (detail !== undefined && detail !== '') rest += rest === '' ? detail : `  ${detail}`;
    }
  }
  const time = paint('dim', formatTime(row.timeMs));
  const subject = printable(row.subject).padEnd(SUBJECT_WIDTH);
  const status = paint(row.statusStyle, row.status.padStart(STATUS_WIDTH));
  const text = `${time} ${row.label.padEnd(LABEL_WIDTH)} ${subject} ${status} ${duration.padStart(DURATION_WIDTH)}`;
  return rest === '' ? text.trimEnd() : `${text} ${paint('dim', printable(rest))}`.trimEnd();
}

let formattedSecond = -1;
let formatted = '';

/** The local time, `12:34:56.789`. The part up to the second is made once a second. */
export function formatTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (second !== formattedSecond) {
    const time = new Date(timeMs);
    const two = (value: number): string => String(value).padStart(2, '0');
    formattedSecond = second;
    formatted = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.`;
  }
  const ms = Math.floor(timeMs) - second * 1000;
  return `${formatted}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms} `;
}

/** `0.8 ms`, `12 ms`, `1.53 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) {
    const tenths = Math.round(ms * 10);
    return `${Math.floor(tenths / 10)}.${tenths % 10} ms`;
  }
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
}

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]/;

/** Escapes a client's text, so that it cannot move the cursor or forge a line. */
export function printable(text: string): string {
  if (!UNPRINTABLE.test(text)) return text;
  return text.replace(
    new RegExp(UNPRINTABLE, 'g'),
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The colour of an HTTP status. */
export function styleOfStatus(statusCode: number): Style {
  if (statusCode >= 500) return 'red';
  return statusCode >= 400 ? 'yellow' : 'green';
}
