import { isEmf, splitLambdaPrefix } from '../../insights/index.ts';
import { INDENT, printable } from './row.ts';
import type { SourcePositions } from '../../source-positions/index.ts';
import type { Paint, Style } from './style.ts';
import { isRecord } from '../../is-record.ts';

/**
 * Fields that are not shown under the line of an invocation. Either that line has them too, or they
 * are the same in every line (those of Powertools).
 */
const KNOWN_FIELDS = new Set([
  ...['level', 'message', 'msg', 'timestamp', 'time', 'service', 'environment', 'sampling_rate'],
  ...['cold_start', 'coldStart', 'function_arn', 'function_memory_size', 'function_name'],
  ...['function_request_id', 'requestId', 'request_id', 'xray_trace_id', 'tenantId'],
  ...['correlation_id', 'correlationId', 'error', 'err', 'stack', 'stackTrace', 'errorType'],
]);

const LEVEL_STYLES: Readonly<Record<string, Style>> = {
  FATAL: 'red',
  CRITICAL: 'red',
  ERROR: 'red',
  WARN: 'yellow',
  WARNING: 'yellow',
  DEBUG: 'dim',
  TRACE: 'dim',
};

/** Longer values are cut in the terminal; `--log-format json` has them in full. */
const MAXIMUM_VALUE = 120;
const MAXIMUM_TEXT = 4000;

type Fields = Readonly<Record<string, unknown>>;

/** The content of a function's line, for people. */
export interface ReadLine {
  /** The text without indentation. Empty if there is nothing to show (EMF). */
  readonly lines: readonly string[];
  readonly correlationId: string | undefined;
}

/**
 * Reads the lines of functions. JSON becomes a level, a message, and the fields whose values have
 * changed.
 */
export class FunctionLines {
  readonly #paint: Paint;
  readonly #positions: SourcePositions;
  /** The values of each function's fields in its latest lines. */
  readonly #latest = new Map<string, Map<string, string>>();
  /** The stack trace that each function has written last. */
  readonly #latestStacks = new Map<string, string>();

  constructor(paint: Paint, positions: SourcePositions) {
    this.#paint = paint;
    this.#positions = positions;
  }

  read(functionName: string, text: string): ReadLine {
    const { level, body } = splitLambdaPrefix(text);
    // Lambda puts the title `Invoke Error` before the JSON of an error that a handler throws.
    const title = /^([\w ]{1,40})\t\{/.exec(body)?.[1];
    const parsed = parseObject(title === undefined ? body : body.slice(title.length + 1));
    if (parsed === undefined) {
      const shown = cut(this.#positions.mapStack(body), MAXIMUM_TEXT).split('\n').map(printable);
      const [first = '', ...rest] = shown;
      return { lines: [`${this.#level(level ?? '')}${first}`, ...rest], correlationId: undefined };
    }
    // A function with `LogFormat: JSON` writes objects on purpose, so the terminal shows them as
    // CloudWatch does.
    if (body.startsWith('{"timestamp":') && typeof parsed.requestId === 'string') {
      return { lines: [printable(cut(body, MAXIMUM_TEXT))], correlationId: undefined };
    }
    const fields: Fields = { level, message: title?.trim(), ...parsed };
    const correlationId = textOf(fields.correlation_id) ?? textOf(fields.correlationId);
    // A line that exists only for its metrics.
    if (
      title === undefined &&
      isEmf(parsed) &&
      textOf(fields.message) === undefined &&
      textOf(fields.msg) === undefined
    ) {
      return { lines: [], correlationId };
    }
    const lines = [
      this.#messageLine(functionName, fields),
      ...this.#errorLines(functionName, fields, title !== undefined),
    ];
    return { lines, correlationId };
  }

  #messageLine(functionName: string, fields: Fields): string {
    const level = (textOf(fields.level) ?? '').toUpperCase();
    const message =
      textOf(fields.message) ?? textOf(fields.msg) ?? textOf(fields.errorMessage) ?? '';
    const differing = this.#differingFields(functionName, fields);
    const shown = `${this.#level(level)}${printable(cut(message, MAXIMUM_TEXT))}`;
    return [shown, ...differing].join('  ').trim();
  }

  #level(level: string): string {
    if (level === '') return '';
    const style = LEVEL_STYLES[level];
    const shown = style === undefined ? level : this.#paint(style, level);
    return shown + ' '.repeat(Math.max(1, 6 - level.length));
  }

  /**
   * The names and values of the fields whose values differ from those in the function's previous
   * line.
   */
  #differingFields(functionName: string, fields: Fields): string[] {
    let latest = this.#latest.get(functionName);
    if (latest === undefined) this.#latest.set(functionName, (latest = new Map<string, string>()));
    const shown: string[] = [];
    for (const [name, value] of Object.entries(fields)) {
      if (KNOWN_FIELDS.has(name) || name === '_aws' || value === undefined) continue;
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      if (latest.get(name) === text) continue;
      if (latest.size < 500 || latest.has(name)) latest.set(name, text);
      shown.push(this.#paint('dim', `${printable(name)}=${printable(cut(text, MAXIMUM_VALUE))}`));
    }
    return shown;
  }

  /**
   * The stack traces of an error and its causes. Lambda writes the error that a handler throws once
   * more, after most functions have logged it already. So the same stack trace is not shown twice.
   */
  #errorLines(functionName: string, fields: Fields, isOfLambda: boolean): string[] {
    const lines: string[] = [];
    // The nesting of causes may be endless.
    let error: unknown = fields.error ?? fields.err ?? fields;
    for (let depth = 0; depth < 5 && isRecord(error); depth += 1) {
      const stack = stackOf(error.stack) ?? stackOf(error.stackTrace);
      const isShown = isOfLambda && this.#latestStacks.get(functionName) === stack;
      if (stack !== undefined && !isShown) {
        this.#latestStacks.set(functionName, stack);
        const mapped = cut(this.#positions.mapStack(stack), MAXIMUM_TEXT).split('\n');
        lines.push(...mapped.map((line) => this.#paint('red', printable(line))));
      }
      error = error.cause;
    }
    return lines;
  }
}

/** Indents lines under the line of their invocation. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `${INDENT}${line}`);
}

/** Powertools and Lambda write a stack trace as a text, or as an array of lines. */
function stackOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(String).join('\n') : undefined;
}

function parseObject(text: string): Fields | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}
