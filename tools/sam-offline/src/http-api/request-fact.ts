import type { IncomingMessage } from 'node:http';
import {
  type AuthorizerResult,
  elapsedMs,
  type EventOf,
  type Events,
  type IntegrationResult,
} from '../events/index.ts';
import { authorizerFact } from '../gateway/index.ts';
import { readTraceHeader } from '../ids/index.ts';
import { emitRefusedRequest } from '../refused-requests.ts';
import type { ApiKey, HttpRoute } from '../template/index.ts';
import type { HttpResponse } from './response.ts';
import type { Authorization } from './authorization.ts';
import type { GatewayRequest } from './request.ts';

/** What is recorded about a request while it is served. */
export interface RequestNotes {
  readonly startedAt: number;
  routeKey?: string | undefined;
  authorizer?: AuthorizerResult | undefined;
  integration?: IntegrationResult | undefined;
  functionName?: string | undefined;
  /** The request id of the invocation that served the request. */
  invocationId?: string | undefined;
  /** The size of a streamed body, in bytes. */
  streamedBytes?: number | undefined;
  /** This member and the following ones are only for the access log. */
  authorization?: Authorization | undefined;
  apiKey?: ApiKey | undefined;
  integrationStatus?: number | undefined;
  integrationError?: string | undefined;
  /** The path of the route: `/posts/{postId}`. */
  resourcePath?: string | undefined;
}

type Of = Pick<EventOf<'http.request'>, 'kind' | 'apiId' | 'stage'>;

/** The headers with a correlation id, the most common one first. */
const CORRELATION_HEADERS = ['x-correlation-id', 'correlation-id', 'x-request-id'];
/** The maximum length of a correlation id, in characters. Longer values are ignored. */
const MAXIMUM_CORRELATION_LENGTH = 200;

/** Makes the notes of a request. */
export function requestNotes(): RequestNotes {
  return { startedAt: performance.now() };
}

/** Emits the fact of a request. */
export function emitRequest(
  events: Events,
  of: Of,
  requestId: string,
  request: GatewayRequest,
  response: HttpResponse,
  notes: RequestNotes,
): void {
  if (!events.hasListeners) return;
  const trace = readTraceHeader(request.traceId);
  events.emit({
    ...{ type: 'http.request', timeMs: events.now(), ...of, requestId },
    ...{ method: request.method, path: request.path, statusCode: response.statusCode },
    durationMs: elapsedMs(notes.startedAt),
    requestBytes: request.body.length,
    responseBytes: notes.streamedBytes ?? Buffer.byteLength(response.body),
    ...{ sourceIp: request.sourceIp, traceId: trace?.traceId, parentId: trace?.parentId },
    correlationId: correlationIdOf(request, response),
    ...{ routeKey: notes.routeKey, functionName: notes.functionName },
    ...{ authorizer: notes.authorizer, integration: notes.integration },
    invocationId: notes.invocationId,
  });
}

/**
 * Emits the fact of a request that was refused before an API was chosen. The fact has no API, so no
 * API's metrics count it.
 *
 * @param startedAt the value of `performance.now()` when the headers were complete, in ms
 */
export function emitUnrouted(
  events: Events,
  { method = '', url = '', headers, socket }: IncomingMessage,
  { statusCode, body }: HttpResponse,
  startedAt: number,
): void {
  const declared = Number(headers['content-length'] ?? 0);
  emitRefusedRequest(events, {
    ...{ kind: 'http-api', method, target: url, statusCode, startedAt },
    requestBytes: Number.isFinite(declared) ? declared : 0,
    ...{ responseBytes: Buffer.byteLength(body), sourceIp: socket.remoteAddress },
  });
}

/** Gives the correlation id that the client sent, else the one in the function's response. */
function correlationIdOf({ headers }: GatewayRequest, response: HttpResponse): string | undefined {
  const sent = CORRELATION_HEADERS.map((name) => headers[name]).find(
    (value) => value !== undefined,
  );
  const id =
    sent ??
    response.headers.find(([name]) => CORRELATION_HEADERS.includes(name.toLowerCase()))?.[1];
  return id?.slice(0, MAXIMUM_CORRELATION_LENGTH);
}

/**
 * Describes the decision of a route's authorizer; undefined if the route has none.
 * @param result the authorization, or an error response, which has a status
 */
export function authorizerResult(
  { authorization: { type } }: Pick<HttpRoute, 'authorization'>,
  result: Authorization | { readonly statusCode: number },
  startedAt: number,
): AuthorizerResult | undefined {
  const kind = type === 'cognito' ? 'jwt' : type;
  const isRefused = 'statusCode' in result;
  const refused = isRefused && result.statusCode >= 500 ? 'failed' : 'denied';
  return authorizerFact(kind, isRefused ? refused : 'allowed', startedAt);
}
