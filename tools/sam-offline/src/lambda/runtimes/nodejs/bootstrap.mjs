/**
 * The Node.js runtime of an execution environment. It loads the handler and serves invocations of
 * the Lambda Runtime API until sam-offline closes the connection.
 *
 * Handlers see the same as with AWS's runtime interface client. Only the way in which it uses the
 * Runtime API differs (see runtime-client.mjs), because that is most of the cost of an invocation.
 */
import { createRequire } from 'node:module';
import { callbackContext } from './callback-context.mjs';
import { logError, patchConsole, setRequestId } from './console.mjs';
import { CallbackHandlerDeprecated, NodeJsExit, UnhandledPromiseRejection } from './errors.mjs';
import { toErrorResponse } from './errors.mjs';
import { beforeFirstUse, STARTS_CHILDREN } from './first-use.mjs';
import { loadHandler } from './handler-loader.mjs';
import { watchForLeftover } from './leftover.mjs';
import { keepAwsHostsLocal } from './local-aws-hosts.mjs';
import { resolveFromRuntime, runtimePackages } from './module-fallback.mjs';
import { provideAwsLambda, responseStream, STREAMING } from './response-stream.mjs';
import { connect } from './runtime-client.mjs';

const CALLBACKS_REMOVED_FROM = 24;
const CALLBACKS_REMOVED =
  'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

/**
 * The exit statuses of AWS's runtime, which appear in `Runtime exited with error: exit status 129`.
 */
const EXIT_UNCAUGHT_EXCEPTION = 129;
const EXIT_UNHANDLED_REJECTION = 128;

const environment = {
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};
patchConsole();
const endpoint = process.env.AWS_ENDPOINT_URL;
const packages = runtimePackages(process.env);
const hasCallbacks = (packages?.runtimeVersion ?? CALLBACKS_REMOVED_FROM) < CALLBACKS_REMOVED_FROM;
const children = process.env._SAM_OFFLINE_CHILDREN;
delete process.env._SAM_OFFLINE_CHILDREN;
delete process.env._SAM_OFFLINE_OPT;
delete process.env._SAM_OFFLINE_WORKSPACE;
keepAwsHostsLocal(endpoint);
if (packages !== undefined) resolveFromRuntime(packages);
beforeFirstUse(STARTS_CHILDREN, () => {
  // Few functions start programs or threads, so the module is loaded only then.
  const { keepChildrenLocal } = createRequire(import.meta.url)('./child-processes.mjs');
  keepChildrenLocal({ endpoint, proxyVariables: children && JSON.parse(children), packages });
});
provideAwsLambda();
watchForLeftover();

const client = connect();

/** The running invocation; undefined during init and between invocations. */
let current;
/**
 * Called when the event loop is empty. A handler with a callback may have finished then. A promise
 * that is still pending can never be settled.
 */
let onEmptyEventLoop;

process.on('uncaughtException', (error) => {
  logError('Uncaught Exception', error);
  fatal(error, EXIT_UNCAUGHT_EXCEPTION);
});
process.on('unhandledRejection', (reason, promise) => {
  const error = new UnhandledPromiseRejection(reason, promise);
  logError('Unhandled Promise Rejection', error);
  fatal(error, EXIT_UNHANDLED_REJECTION);
});
process.on('beforeExit', () => onEmptyEventLoop?.());

const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
const streaming = handler[STREAMING] === 'response';
const isAsyncFunction = handler.constructor?.name === 'AsyncFunction';
if (!hasCallbacks && !streaming && handler.length >= 3) {
  throw new CallbackHandlerDeprecated(CALLBACKS_REMOVED);
}
client.start(serve);

/** Serves one invocation. The next one is requested together with its response. */
function serve(headers, body) {
  const requestId = headers['lambda-runtime-aws-request-id'];
  current = requestId;
  setRequestId(requestId);
  const traceId = headers['lambda-runtime-trace-id'];
  if (traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceId;
  onEmptyEventLoop = () => {
    if (isAsyncFunction || streaming || !hasCallbacks) fail(requestId, new NodeJsExit());
    else succeed(requestId, null);
  };
  try {
    const event = JSON.parse(body);
    if (streaming) serveStreaming(requestId, event, contextOf(headers));
    else if (hasCallbacks) serveWithCallback(requestId, event, headers);
    else serveAsync(requestId, event, contextOf(headers));
  } catch (error) {
    fail(requestId, error);
  }
}

async function serveAsync(requestId, event, context) {
  try {
    const result = await handler(event, context);
    setImmediate(succeed, requestId, result);
  } catch (error) {
    setImmediate(fail, requestId, error);
  }
}

/**
 * Serves an invocation in Node.js 22 and older, where a handler may return a promise, use the
 * callback, or call `context.done`, `context.succeed` or `context.fail`.
 */
function serveWithCallback(requestId, event, headers) {
  const { callback, members } = callbackContext({
    succeed: (result) => setImmediate(succeed, requestId, result),
    fail: (error) => setImmediate(fail, requestId, error),
    whenEventLoopIsEmpty: (then) => {
      onEmptyEventLoop = then;
    },
  });
  const context = Object.defineProperties(
    contextOf(headers),
    Object.getOwnPropertyDescriptors(members),
  );
  const result = handler(event, context, callback);
  if (typeof result?.then === 'function') result.then(context.succeed, context.fail);
}

async function serveStreaming(requestId, event, context) {
  const { stream, finished, fail: failStream } = responseStream(requestId);
  try {
    const result = handler(event, stream, context);
    if (typeof result?.then !== 'function') {
      throw new Error('Streaming does not support non-async handlers.');
    }
    if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.');
    await finished;
  } catch (error) {
    logError('Invoke Error', error);
    failStream(error);
    await finished.catch(() => undefined);
  }
  done();
  client.next(serve);
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    ...environment,
    clientContext: parseHeader(headers['lambda-runtime-client-context']),
    identity: parseHeader(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function parseHeader(value) {
  return value === undefined ? undefined : JSON.parse(value);
}

function succeed(requestId, result) {
  if (current !== requestId) return;
  let body;
  try {
    body = JSON.stringify(result) ?? 'null';
  } catch {
    fail(requestId, new Error('Unable to stringify response body'));
    return;
  }
  done();
  client.respond(requestId, body, serve);
}

function fail(requestId, error) {
  if (current !== requestId) return;
  done();
  logError('Invoke Error', error);
  client.respondWithError(requestId, toErrorResponse(error), serve);
}

function done() {
  current = undefined;
  onEmptyEventLoop = undefined;
}

/** Reports an uncaught error, and ends the process after it was reported. */
function fatal(error, status) {
  const exit = () => process.exit(status);
  const response = toErrorResponse(error);
  if (current !== undefined) client.respondWithError(current, response, undefined, exit);
  else if (client.hasStarted) exit();
  else client.initError(response, exit);
  done();
}
