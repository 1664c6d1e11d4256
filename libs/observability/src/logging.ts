import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type {
  LogAttributes,
  LogItemExtraInput,
  LogItemMessage,
  LogLevel,
  UnformattedAttributes,
} from '@aws-lambda-powertools/logger/types';
import type { Context } from 'aws-lambda';
import type { CommonEnvironment } from './environment.ts';
import { loggedError, type LoggedError } from './errors.ts';
import { mayHoldSecret, redact } from './redact.ts';
import { holdLine, writeLines } from './standard-output.ts';
import { traceOf } from './tracing.ts';

/**
 * Powertools' fields, without those that a line never needs (the function's ARN, its memory).
 * Powertools' own formatter of errors recurses for ever on an error that is its own cause.
 */
class BlogLogFormatter extends LogFormatter {
  override formatAttributes(
    {
      logLevel,
      message,
      timestamp,
      serviceName,
      lambdaContext,
      xRayTraceId,
    }: UnformattedAttributes,
    additional: LogAttributes,
  ): LogItem {
    const attributes = {
      level: logLevel,
      message,
      // Powertools' own timestamp reads the time zone from the environment for every line.
      timestamp: timestamp.toISOString(),
      service: serviceName,
      cold_start: lambdaContext?.coldStart,
      function_name: lambdaContext?.functionName,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: xRayTraceId,
    };
    return new LogItem({ attributes }).addAttributes(additional);
  }

  override formatError(error: Error): LoggedError {
    return loggedError(error);
  }
}

/** The fields that the logger sets itself. Powertools ignores other values for them. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...['level', 'message', 'timestamp', 'service', 'environment'],
  ...['cold_start', 'function_name', 'function_request_id', 'xray_trace_id'],
]);

const NO_FIELDS: LogAttributes = {};

/** Powertools' number for the level INFO. */
const INFO = 12;

/**
 * Powertools' Logger with a faster path for nearly all lines: those of level INFO that have only
 * texts, numbers and booleans, and no secret. Powertools' own path reads the environment eight
 * times, calls two functions for each field (its own and the one that redacts), and writes through
 * Node's Console.
 */
export class BlogLogger extends Logger {
  /** The JSON of the fields that each line of the function has, without the braces. */
  readonly #functionJson: string;
  /** The JSON of the fields that the context of the invocation gives, without the braces. */
  #contextJson = '';
  /** The keys of the invocation, and their JSON as of the last line, which begins with a comma. */
  #keys: LogAttributes = {};
  #keysJson: string | undefined = '';
  #isColdStart = false;
  #hasInfo: boolean;
  /**
   * The invocation's keys that Powertools has not received yet. It gets them before the first line
   * that it writes: it writes few lines, and this call costs as much as a line.
   */
  #untold: { context?: Context; keys?: LogAttributes } = {};
  /** Whether Powertools has keys of an invocation. */
  #hasTold = false;

  constructor(service: string, environment: CommonEnvironment) {
    const keys = { environment: environment.ENVIRONMENT };
    super({
      serviceName: service,
      logLevel: environment.LOG_LEVEL,
      persistentKeys: keys,
      logFormatter: new BlogLogFormatter(),
      jsonReplacerFn: (_key, value) => (typeof value === 'string' ? redact(value) : value),
    });
    this.#functionJson = JSON.stringify({ service, ...keys }).slice(1, -1);
    this.#hasInfo = this.level <= INFO;
  }

  override setLogLevel(level: LogLevel): void {
    super.setLogLevel(level);
    this.#hasInfo = this.level <= INFO;
  }

  /** @param traceId the id of the invocation's trace, for a caller that has read it already */
  override addContext(context: Context, traceId = traceOf(process.env).id): void {
    this.#isColdStart = super.getColdStart();
    this.#untold.context = context;
    this.#contextJson =
      `,"cold_start":${this.#isColdStart},"function_name":${JSON.stringify(context.functionName)}` +
      `,"function_request_id":${JSON.stringify(context.awsRequestId)}` +
      (traceId === undefined ? '' : `,"xray_trace_id":${JSON.stringify(traceId)}`);
  }

  override appendKeys(attributes: LogAttributes): void {
    this.#keys = { ...this.#keys, ...attributes };
    this.#keysJson = undefined;
    this.#untold.keys = this.#keys;
  }

  override resetKeys(): void {
    // As with appendKeys, Powertools is told only where it has to forget something.
    if (this.#hasTold) super.resetKeys();
    this.#hasTold = false;
    this.#keys = {};
    this.#keysJson = '';
    delete this.#untold.keys;
  }

  override info(message: LogItemMessage, ...extra: LogItemExtraInput): void {
    const [fields = {}, ...more] = extra;
    const line =
      typeof message === 'string' && more.length === 0 ? this.#lineOf(message, fields) : undefined;
    if (line === undefined) super.info(message, ...extra);
    else writeLines(line);
  }

  /**
   * Logs the line that says how an invocation ended, of level INFO. It is written together with the
   * invocation's metrics, or with the next line if one comes before them.
   */
  summary(message: string, fields: LogAttributes): void {
    const line = this.#lineOf(message, fields);
    if (line === undefined) super.info(message, fields);
    else holdLine(line);
  }

  /** Powertools' `addContext` calls this, maybe later than in the first invocation. */
  protected override getColdStart(): boolean {
    return this.#isColdStart;
  }

  protected override processLogItem(
    level: number,
    message: LogItemMessage,
    extra: LogItemExtraInput,
  ): void {
    // Powertools' constructor may log a warning before the fields of this class are set.
    if (#untold in this) this.#tellPowertools();
    writeLines();
    super.processLogItem(level, message, extra);
  }

  #tellPowertools(): void {
    const { context, keys } = this.#untold;
    this.#untold = {};
    if (context !== undefined) super.addContext(context);
    if (keys === undefined) return;
    super.appendKeys(keys);
    this.#hasTold = true;
  }

  /** The JSON of a line that the faster path can write; undefined for any other. */
  #lineOf(message: string, fields: unknown): string | undefined {
    if (!this.#hasInfo || message === '') return undefined;
    this.#keysJson ??= jsonOf(this.#keys);
    const fieldsJson = jsonOf(fields, this.#keys);
    if (this.#keysJson === undefined || fieldsJson === undefined) return undefined;
    // The other parts come from Lambda and from the template.
    if (mayHoldSecret(message)) return undefined;
    return (
      `{"level":"INFO","message":${JSON.stringify(message)},` +
      `"timestamp":"${new Date().toISOString()}",` +
      `${this.#functionJson}${this.#contextJson}${this.#keysJson}${fieldsJson}}`
    );
  }
}

/**
 * The JSON of fields that are texts, numbers or booleans, each with a comma before it; undefined
 * when there is another one, an empty text, which Powertools leaves out, a name that is taken, or a
 * secret.
 *
 * @param taken the names that the line has already
 */
function jsonOf(fields: unknown, taken: LogAttributes = NO_FIELDS): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  if (Object.getPrototypeOf(fields) !== Object.prototype) return undefined;
  let isEmpty = true;
  for (const name in fields) {
    const value = (fields as LogAttributes)[name];
    if (value === undefined) continue;
    if (!isPlain(value) || OWN_FIELDS.has(name) || name in taken) return undefined;
    isEmpty = false;
  }
  if (isEmpty) return '';
  const json = JSON.stringify(fields);
  return mayHoldSecret(json) ? undefined : `,${json.slice(1, -1)}`;
}

function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === 'boolean';
  }
}

/** Makes a function's logger: JSON lines without tokens and e-mail addresses. */
export function createLogger(service: string, environment: CommonEnvironment): BlogLogger {
  return new BlogLogger(service, environment);
}

/**
 * Whether the lines of a correlation id are logged down to DEBUG. The id decides, so that all
 * functions decide alike, and the log has the complete path of a sampled comment. (Powertools' own
 * sampling is random in each function.)
 *
 * @param rate from 0 (none) to 1 (all)
 */
export function isDebugSampled(correlationId: string, rate: number): boolean {
  return hash(correlationId) / 2 ** 32 < rate;
}

/**
 * FNV-1a with a final mix, so that ids that differ only in their last characters are spread too.
 */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
