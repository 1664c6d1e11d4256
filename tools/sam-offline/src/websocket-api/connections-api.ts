import { hash } from 'node:crypto';
import { elapsedMs } from '../events/index.ts';
import { isConnectionId, newRequestId } from '../ids/index.ts';
import type { NeededPermission } from '../iam/index.ts';
import { authorizeRequest } from '../request-authorization/index.ts';
import { placeOfCall, type Principal, type RequestHeaders } from '../signature/index.ts';
import type { Connection } from './connection.ts';
import { DISCONNECTS } from './connection.ts';
import type { DeployedApi } from './deployed-api.ts';
import { encodeTextFrame, payloadOf } from './frames.ts';
import type { Gateway } from './gateway.ts';
import { AWS_LIMITS } from './limits.ts';

/** A request to the `@connections` API, with its parts as they came from the client. */
export interface ConnectionsRequest {
  readonly method: string;
  /**
   * The path as it was sent, percent-encoded: `/<stage>/@connections/<id>` or
   * `/<api id>/<stage>/@connections/<id>`.
   */
  readonly path: string;
  /** The query as it was sent, without the question mark. */
  readonly query: string;
  readonly headers: RequestHeaders;
  readonly body: Buffer;
}

export interface ConnectionsResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body: JSON, or an empty string. */
  readonly body: string;
}

/** Whether a path, as it was sent, belongs to the `@connections` API. */
export function isConnectionsPath(path: string): boolean {
  return /\/(?:@|%40)connections(?:\/|$)/i.test(path);
}

/**
 * Serves a request to the `@connections` API. It verifies the signature first, as AWS does. The
 * bodies of 410 and 429 are empty, as on AWS, which is why the SDK's message for them is
 * "UnknownError".
 */
export function handleConnectionsRequest(
  gateway: Gateway,
  request: ConnectionsRequest,
): ConnectionsResponse {
  const { events } = gateway;
  if (!events.hasListeners) return respondTo(gateway, request, {});
  const startedAt = performance.now();
  const notes: CallNotes = {};
  const response = respondTo(gateway, request, notes);
  const { api, connectionId, caller, sent } = notes;
  events.emit(
    {
      type: 'connections.call',
      timeMs: events.now(),
      apiId: api?.model.apiId,
      stage: api?.model.stageName,
      connectionId,
      method: request.method,
      statusCode: response.statusCode,
      bytes: request.body.length,
      frameBytes: sent?.frame.length,
      durationMs: elapsedMs(startedAt),
      caller: caller?.name,
      ...placeOfCall(request.headers, caller),
    },
    sent?.text,
  );
  return response;
}

/** The parts of the gateway that the `@connections` API needs. */
const METHODS: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE']);

/** The facts about a call, which are filled in while it is served. */
interface CallNotes {
  api?: DeployedApi | undefined;
  connectionId?: string | undefined;
  caller?: Principal | undefined;
  /** The frame that was written to the client. */
  sent?: Payload;
}

function respondTo(
  gateway: Gateway,
  request: ConnectionsRequest,
  notes: CallNotes,
): ConnectionsResponse {
  const { method, path, query, headers, body } = request;
  const payload = method === 'POST' ? readPayload(body) : undefined;
  const { host } = headers;
  const target = gateway.resolveApi(path, typeof host === 'string' ? host : undefined);
  const id = target && connectionIdIn(target.rest);
  const isKnown = target !== undefined && id !== undefined && METHODS.has(method);
  const { principal, refusal } = authorizeRequest(
    gateway,
    { method, path, query, headers, body: payload ?? body },
    { service: 'execute-api' },
    () => (isKnown ? { permissions: [manages(target.api, method)] } : undefined),
  );
  notes.caller = principal ?? refusal.principal;
  if (notes.caller !== undefined) {
    notes.api = target?.api;
    notes.connectionId = id;
  }
  if (refusal !== undefined) {
    const { code, message } = refusal;
    return failure(403, code, refusal.principal === undefined ? { message } : { Message: message });
  }
  if (target === undefined || id === undefined) {
    return failure(403, 'ForbiddenException', { message: 'Forbidden' });
  }
  if (!isKnown) {
    return failure(403, 'MissingAuthenticationTokenException', {
      message: 'Missing Authentication Token',
    });
  }
  if (gateway.requests?.take() === false) return failure(429, 'LimitExceededException');
  if (!isConnectionId(id)) {
    return failure(400, 'BadRequestException', { message: `Invalid connectionId: ${id}` });
  }
  const connection = findConnection(gateway, target.api, id);
  if (connection === undefined) return failure(410, 'GoneException');

  if (method === 'GET') return describe(connection);
  if (method === 'DELETE') {
    gateway.registry.close(connection, DISCONNECTS.deleted);
    return { statusCode: 204, headers: { 'x-amzn-RequestId': newRequestId() }, body: '' };
  }
  if (body.length > gateway.limits.messageBytes) {
    return failure(413, 'PayloadTooLargeException', { message: 'Message too long' });
  }
  const sent = payload ?? readPayload(body);
  if (!gateway.registry.send(connection, sent.frame)) {
    return failure(429, 'LimitExceededException');
  }
  notes.sent = sent;
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json', 'x-amzn-RequestId': newRequestId() },
    body: '',
  };
}

function manages(api: DeployedApi, method: string): NeededPermission {
  return {
    action: 'execute-api:ManageConnections',
    resource: `${api.stageArn}/${method}/@connections/{connectionId}`,
  };
}

/** A connection belongs to one API. Another API's stage does not reach it. */
function findConnection(
  gateway: Gateway,
  api: DeployedApi,
  connectionId: string,
): Connection | undefined {
  const connection = gateway.registry.find(connectionId);
  return connection?.api === api ? connection : undefined;
}

function connectionIdIn(rest: string): string | undefined {
  const match = /^\/(?:@|%40)connections\/([^/]+)$/i.exec(rest);
  if (match?.[1] === undefined) return undefined;
  try {
    return decodeURIComponent(match[1]);
  } catch {
    return match[1];
  }
}

function describe(connection: Connection): ConnectionsResponse {
  const { connectedAt, lastActiveAt, sourceIp, userAgent } = connection;
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json', 'x-amzn-RequestId': newRequestId() },
    body: JSON.stringify({
      connectedAt: new Date(connectedAt).toISOString(),
      identity: { sourceIp, ...(userAgent === undefined ? {} : { userAgent }) },
      lastActiveAt: new Date(lastActiveAt).toISOString(),
    }),
  };
}

function failure(statusCode: number, errorType: string, body?: object): ConnectionsResponse {
  return {
    statusCode,
    headers: {
      'Content-Type': 'application/json',
      'x-amzn-RequestId': newRequestId(),
      'x-amzn-ErrorType': errorType,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

interface Payload {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly frame: Buffer;
  /** The payload of the frame. */
  readonly text: Buffer;
}

let lastPayload: Payload | undefined;

/**
 * Keeps the hash and the frame of the last payload: a broadcast pushes the same bytes to thousands
 * of clients. A payload that is larger than the largest message is not kept.
 */
function readPayload(bytes: Buffer): Payload {
  if (lastPayload?.bytes.length === bytes.length && lastPayload.bytes.equals(bytes)) {
    return lastPayload;
  }
  const frame = encodeTextFrame(bytes);
  const payload = { bytes, sha256: hash('sha256', bytes), frame, text: payloadOf(frame) };
  if (bytes.length <= AWS_LIMITS.messageBytes) lastPayload = payload;
  return payload;
}
