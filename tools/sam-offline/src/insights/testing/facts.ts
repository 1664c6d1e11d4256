import type { EventOf } from '../../events/index.ts';

/** Complete facts for tests. A test gives only the fields that it is about. */

export const NOW_MS = Date.UTC(2026, 10, 25, 12, 0, 0);
export const ENVIRONMENT = `2026/11/25/[$LATEST]${'a'.repeat(32)}`;
export const TRACE_ID = `1-6a0b1c2d-${'0'.repeat(24)}`;

/** The fact of a line that a function has logged. */
export function logOf(fields: Partial<EventOf<'log'>> = {}): EventOf<'log'> {
  return {
    type: 'log',
    timeMs: NOW_MS,
    functionName: 'shop-api',
    environmentId: ENVIRONMENT,
    source: 'stdout',
    text: 'hello',
    ...fields,
  };
}

/** The fact of the start of an invocation. */
export function startedOf(
  fields: Partial<EventOf<'invocation.started'>> = {},
): EventOf<'invocation.started'> {
  return {
    type: 'invocation.started',
    timeMs: NOW_MS,
    functionName: 'shop-api',
    requestId: 'request-1',
    traceId: TRACE_ID,
    environmentId: ENVIRONMENT,
    payloadBytes: 2,
    coldStart: false,
    concurrency: 1,
    accountConcurrency: 1,
    ...fields,
  };
}

/** The fact of an invocation that succeeded. */
export function succeededOf(
  fields: Partial<EventOf<'invocation.succeeded'>> = {},
): EventOf<'invocation.succeeded'> {
  return {
    type: 'invocation.succeeded',
    timeMs: NOW_MS,
    functionName: 'shop-api',
    requestId: 'request-1',
    traceId: TRACE_ID,
    environmentId: ENVIRONMENT,
    durationMs: 12.5,
    memorySizeMb: 512,
    responseBytes: 100,
    ...fields,
  };
}

/** The fact of an invocation that failed. */
export function failedOf(
  fields: Partial<EventOf<'invocation.failed'>> = {},
): EventOf<'invocation.failed'> {
  const { responseBytes: _none, ...succeeded } = succeededOf();
  return {
    ...succeeded,
    type: 'invocation.failed',
    errorType: 'Error',
    errorMessage: 'out of stock',
    origin: 'handler',
    ...fields,
  };
}

/** The fact of a request to an HTTP API. */
export function requestOf(fields: Partial<EventOf<'http.request'>> = {}): EventOf<'http.request'> {
  return {
    type: 'http.request',
    timeMs: NOW_MS,
    kind: 'http-api',
    apiId: 'api1',
    stage: '$default',
    requestId: 'http-1',
    method: 'GET',
    path: '/items',
    routeKey: 'GET /items',
    statusCode: 200,
    durationMs: 20,
    requestBytes: 0,
    responseBytes: 500,
    ...fields,
  };
}
