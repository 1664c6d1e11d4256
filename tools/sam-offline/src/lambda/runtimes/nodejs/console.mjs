/**
 * Lambda's `console`. Each entry is one line, `<time>\t<request id>\t<LEVEL>\t<message>`, or an
 * object with `LogFormat: JSON`. The text that a function writes to `process.stdout` itself is not
 * changed.
 */
import { format } from 'node:util';
import { toErrorResponse } from './errors.mjs';

/** The levels from the lowest to the highest. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** Levels only apply with `LogFormat: JSON`. */
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const leastLevel = isJson ? LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL) : 0;

let currentRequestId;

/** @param {string} requestId the request id for the lines of this invocation */
export function setRequestId(requestId) {
  currentRequestId = requestId;
}

export function patchConsole() {
  // Output is written synchronously, so that it is complete before the response is sent, and before
  // the function can end the process.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  console.trace = write.bind(undefined, 'TRACE');
  console.debug = write.bind(undefined, 'DEBUG');
  console.info = write.bind(undefined, 'INFO');
  console.log = console.info;
  console.warn = write.bind(undefined, 'WARN');
  console.error = write.bind(undefined, 'ERROR');
  console.fatal = write.bind(undefined, 'FATAL');
}

/** Logs an error in one line, with the properties that JSON leaves out: name, message and stack. */
export function logError(message, error) {
  const asError = error instanceof Error ? error : new Error(error);
  if (isJson) write('ERROR', message, asError);
  else write('ERROR', message, `\t${toJson(asError)}`);
}

function write(level, ...parameters) {
  if (LEVELS.indexOf(level) < leastLevel) return;
  const line = isJson
    ? jsonLine(level, parameters)
    : `${new Date().toISOString()}\t${currentRequestId}\t${level}\t${format(...parameters)}`;
  // An entry has to be one line. sam-offline converts the carriage returns back to line feeds.
  process.stdout.write(`${line.includes('\n') ? line.replaceAll('\n', '\r') : line}\n`);
}

/**
 * Makes an entry. A single parameter is logged as a value. Of several parameters, the first error
 * is also logged with its parts.
 */
function jsonLine(level, parameters) {
  const entry = { timestamp: new Date().toISOString(), level, requestId: currentRequestId };
  const [only] = parameters;
  if (parameters.length === 1) {
    try {
      return JSON.stringify({ ...entry, message: only }, (_key, value) =>
        value instanceof Error ? { ...errorFields(value), ...value } : value,
      );
    } catch {
      // The value is circular, or contains a BigInt.
      return JSON.stringify({ ...entry, message: format(only) });
    }
  }
  const error = parameters.find((parameter) => parameter instanceof Error);
  return JSON.stringify({
    ...entry,
    message: format(...parameters),
    ...(error && errorFields(error)),
  });
}

function errorFields(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

function toJson(error) {
  try {
    return JSON.stringify(error, (_key, value) => (value instanceof Error ? plain(value) : value));
  } catch {
    return JSON.stringify(toErrorResponse(error));
  }
}

function plain(error) {
  return {
    errorType: error.name,
    errorMessage: error.message,
    code: error.code,
    ...error,
    stack: typeof error.stack === 'string' ? error.stack.split('\n') : undefined,
  };
}
