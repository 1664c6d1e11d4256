/**
 * `console` as Lambda has it: `<time>\t<request id>\t<LEVEL>\t<message>`, a line an entry, or with
 * `LogFormat: JSON` an object. What a function writes to `process.stdout` itself stays as it is.
 */
import { format } from 'node:util';
import { toErrorResponse } from './errors.mjs';

/** From the least on. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** Levels hold with `LogFormat: JSON` only. */
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const leastLevel = isJson ? LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL) : 0;

let currentRequestId;

/** @param {string} requestId what the lines of this invocation carry */
export function setRequestId(requestId) {
  currentRequestId = requestId;
}

export function patchConsole() {
  // What a function writes is out before its response is, and before it may end the process.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  console.trace = write.bind(undefined, 'TRACE');
  console.debug = write.bind(undefined, 'DEBUG');
  console.info = write.bind(undefined, 'INFO');
  console.log = console.info;
  console.warn = write.bind(undefined, 'WARN');
  console.error = write.bind(undefined, 'ERROR');
  console.fatal = write.bind(undefined, 'FATAL');
}

/** An error on one line, with what JSON would leave out: name, message and stack. */
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
  // An entry is a line: sam-offline turns the carriage returns back into line feeds.
  process.stdout.write(`${line.includes('\n') ? line.replaceAll('\n', '\r') : line}\n`);
}

/** One parameter stays the value that it is; of several, the first error is also taken apart. */
function jsonLine(level, parameters) {
  const entry = { timestamp: new Date().toISOString(), level, requestId: currentRequestId };
  const [only] = parameters;
  if (parameters.length === 1) {
    try {
      return JSON.stringify({ ...entry, message: only }, (_key, value) =>
        value instanceof Error ? { ...errorFields(value), ...value } : value,
      );
    } catch {
      // Circular, or with a BigInt.
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
