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
import type { HttpRoute } from '../template/index.ts';
import type { HttpResponse } from './response.ts';
import type { Authorization } from './authorization.ts';
import type { GatewayRequest } from './request.ts';

/** What becomes known of a request while it is served. */
export interface RequestNotes {
  readonly startedAt: number;
  routeKey?: string | undefined;
  authorizer?: AuthorizerResult | undefined;
  integration?: IntegrationResult | undefined;
  functionName?: string | undefined;
  /** The invocation that served the request. */
  invocationId?: string | undefined;
  /** Bytes of a body that was streamed. */
  streamedBytes?: number | undefined;
  /** For the access log only. */
  authorization?: Authorization | undefined;
  integrationStatus?: number | undefined;
  integrationError?: string | undefined;
  /** `/posts/{postId}` */
  resourcePath?: string | undefined;
}

type Of = Pick<EventOf<'http.request'>, 'kind' | 'apiId' | 'stage'>;

/** Headers by which callers name what belongs together, the most usual first. */
const CORRELATION_HEADERS = ['x-correlation-id', 'correlation-id', 'x-request-id'];
/** Longer ones are somebody's mistake. */
const MAXIMUM_CORRELATION_LENGTH = 200;

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
 * Tells of a request that was refused before an API was chosen: it has no API, and counts in no
 * metric of one.
 *
 * @param startedAt `performance.now()` when its headers were there
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

/** The id that the client sent; otherwise the one in the function's response. */
function correlationIdOf({ headers }: GatewayRequest, response: HttpResponse): string | undefined {
  const sent = CORRELATION_HEADERS.map((name) => headers[name]).find(
    (value) => value !== undefined,
  );
  const id =
    sent ??
    response.headers.find(([name]) => CORRELATION_HEADERS.includes(name.toLowerCase()))?.[1];
  return id?.slice(0, MAXIMUM_CORRELATION_LENGTH);
}

/** What the authorizer of a route decided; undefined where it has none. @param result an error has a status */
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
