import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import type { CommonEnvironment } from './environment.ts';
import { loggedError, type LoggedError } from './errors.ts';
import { redact } from './redact.ts';

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
    return new LogItem({ attributes }).addAttributes(additional);
  }

  override formatError(error: Error): LoggedError {
    return loggedError(error);
  }
}

/** Makes a function's logger: JSON lines without tokens and e-mail addresses. */
export function createLogger(service: string, environment: CommonEnvironment): Logger {
  return new Logger({
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
