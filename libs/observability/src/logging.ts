import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import type { CommonEnvironment } from './environment.ts';
import { loggedError, type LoggedError } from './errors.ts';
import { mayHoldSecret, redact } from './redact.ts';

/** A line, in two parts until it is known that they have to be one: merging is what takes longest. */
class BlogLogItem extends LogItem {
  readonly additional: LogAttributes;

  constructor(attributes: LogAttributes, additional: LogAttributes) {
    super({ attributes });
    this.additional = additional;
  }

  merge(): void {
    this.addAttributes(this.additional);
  }
}

/**
 * Powertools' fields, without those that a line never needs (the function's ARN, its memory). Its own
 * formatter of errors recurses for ever on one that is its own cause.
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
      // Powertools' own looks for a time zone in the environment, for every line.
      timestamp: timestamp.toISOString(),
      service: serviceName,
      cold_start: lambdaContext?.coldStart,
      function_name: lambdaContext?.functionName,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: xRayTraceId,
    };
    return new BlogLogItem(attributes, additional);
  }

  override formatError(error: Error): LoggedError {
    return loggedError(error);
  }
}

/**
 * Powertools' Logger with a short way for what nearly every line is: of level INFO, with texts, numbers
 * and booleans only, and without a secret. The long way calls two functions for each field (Powertools'
 * and the one that redacts), and Node's Console to write it.
 */
class BlogLogger extends Logger {
  protected override printLog(logLevel: number, log: LogItem): void {
    if (!(log instanceof BlogLogItem)) {
      super.printLog(logLevel, log);
      return;
    }
    const line = plainLine(log.getAttributes(), log.additional);
    if (line !== undefined) {
      process.stdout.write(`${line}\n`);
      return;
    }
    log.merge();
    super.printLog(logLevel, log);
  }
}

/** A line that needs no care, as JSON; undefined for any other. */
function plainLine(attributes: LogAttributes, additional: LogAttributes): string | undefined {
  if (attributes.level !== 'INFO' || attributes.message === '') return undefined;
  for (const name in additional) {
    const value = additional[name];
    // Powertools leaves out what is empty, and takes the later one of two fields of one name.
    if (value === '' || value === null || name in attributes) return undefined;
    if (typeof value === 'object' || typeof value === 'bigint') return undefined;
  }
  const [one, other] = [JSON.stringify(attributes), JSON.stringify(additional)];
  const line = other === '{}' ? one : `${one.slice(0, -1)},${other.slice(1)}`;
  return mayHoldSecret(line) ? undefined : line;
}

/** Makes a function's logger: JSON lines without tokens and e-mail addresses. */
export function createLogger(service: string, environment: CommonEnvironment): Logger {
  return new BlogLogger({
    serviceName: service,
    logLevel: environment.LOG_LEVEL,
    logFormatter: new BlogLogFormatter(),
    jsonReplacerFn: (_key, value) => (typeof value === 'string' ? redact(value) : value),
    persistentKeys: { environment: environment.ENVIRONMENT },
  });
}

/**
 * Whether the lines of a correlation id are logged down to DEBUG. Decided by the id, so that all
 * functions decide alike, and the whole path of a sampled comment is there. (Powertools' own sampling
 * throws a die in each function.)
 *
 * @param rate from 0 (none) to 1 (all)
 */
export function isDebugSampled(correlationId: string, rate: number): boolean {
  return hash(correlationId) / 2 ** 32 < rate;
}

/** FNV-1a, with a final mix: ids that differ in their last characters only are to be spread too. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
