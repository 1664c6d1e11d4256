import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocketServer } from 'ws';
import type { InvokeOptions } from '../lambda/index.ts';
import { authorizeWithIam, authorizeWithLambda } from './authorize-connect.ts';
import type { Refusal } from './authorize-connect.ts';
import { attachClient } from './client.ts';
import type { Connection } from './connection.ts';
import { DISCONNECTS } from './connection.ts';
import type { DeployedApi } from './deployed-api.ts';
import { connectEvent, readHandshakeRequest } from './events.ts';
import type { HandshakeRequest } from './events.ts';
import { gatewayMessage } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { newGatewayId, newTraceId, traceHeader } from '../ids/index.ts';
import {
  authorizerResult,
  type HandshakeNotes,
  emitIntegration,
  emitOpened,
  emitRefused,
} from './facts.ts';
import { logConnect } from './access-log.ts';
import { integrate } from './integration.ts';
import type { ProxyResponse } from './integration.ts';
import { notifyDisconnect } from './messages.ts';
import type { UpgradeRequest } from './upgrade-reader.ts';

/** Headers of `$connect` responses, kept until the 101 of their handshake is written. */
export type AcceptedHeaders = WeakMap<UpgradeRequest, Readonly<Record<string, string>>>;

interface HttpResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Opens a connection: it finds the API, authorizes the client and runs `$connect`. Only then does
 * it complete the handshake. If one of these steps refuses, the handshake gets an HTTP status
 * instead.
 */
export async function handleUpgrade(
  gateway: Gateway,
  server: WebSocketServer,
  acceptedHeaders: AcceptedHeaders,
  request: UpgradeRequest,
  socket: Socket,
  head: Buffer,
): Promise<void> {
  // Until `ws` takes over the socket, this is the only listener for a client that resets its
  // connection.
  const ignoreError = (): void => undefined;
  socket.on('error', ignoreError);

  const requestId = newGatewayId();
  const notes: HandshakeNotes = { requestId, startedAt: performance.now() };
  const opening = beginConnection(gateway, request, socket, notes);
  if ('statusCode' in opening) {
    refuse(gateway, socket, opening, notes, 'gateway');
    return;
  }
  // Handshakes that have begun go first. Otherwise the authorizers of a flood of handshakes would
  // all run before the first $connect.
  const { start, end } = await gateway.handshakes.enter();
  try {
    // The client gave up while it waited. No function is notified, since none was invoked.
    if (!socket.readable || !socket.writable) {
      socket.destroy();
      return;
    }
    const accepted = await authorizeAndConnect(gateway, opening, request, socket, notes, start);
    if (accepted === undefined) return;
    acceptedHeaders.set(request, accepted.headers);
  } finally {
    end();
  }
  // The handler chooses the subprotocol. Without this header, `ws` does not choose one by itself.
  delete request.headers['sec-websocket-protocol'];
  // `ws` reads nothing else of a request.
  server.handleUpgrade(request as IncomingMessage, socket, head, (webSocket) => {
    socket.off('error', ignoreError);
    attachClient(gateway, opening.connection, webSocket, socket);
    socket.resume();
    emitOpened(gateway, opening.connection, notes);
    logConnect(gateway.accessLogs, opening.connection, notes);
  });
}

/**
 * Runs the authorizer and `$connect`.
 *
 * @param onStart called when `$connect` runs
 * @returns undefined if the handshake was refused, or its client has gone
 */
async function authorizeAndConnect(
  gateway: Gateway,
  { connection, path, query }: Opening,
  request: UpgradeRequest,
  socket: Socket,
  notes: HandshakeNotes,
  onStart: () => void,
): Promise<ProxyResponse | undefined> {
  const { requestId } = notes;
  notes.traceId = newTraceId(connection.connectedAt);
  const traceId = traceHeader({ traceId: notes.traceId });
  const handshake = readHandshakeRequest(request, query, connection.sourceIp, traceId);

  const askedAt = performance.now();
  const refusal = await authorize(gateway, connection, request, handshake, path, query, {
    ...{ requestId, traceId },
  });
  notes.authorizer = authorizerResult(connection, refusal, askedAt);
  if (refusal !== undefined) {
    if (refusal.detail !== undefined) {
      const { logicalId } = connection.api.model;
      gateway.events.warn('warn', `${logicalId}: the authorizer failed: ${refusal.detail}`);
    }
    refuse(gateway, socket, refusedBy(refusal, connection, requestId), notes, 'authorizer');
    return undefined;
  }
  const response = await runConnectRoute(gateway, connection, handshake, notes, {
    traceId,
    onStart,
  });
  if (response.statusCode < 200 || response.statusCode > 299) {
    refuse(gateway, socket, response, notes, 'integration');
    return undefined;
  }
  if (!socket.readable || !socket.writable) {
    // The socket was cut while $connect ran. $disconnect has to clean up what $connect stored.
    logConnect(gateway.accessLogs, connection, notes);
    await notifyDisconnect(gateway, connection, DISCONNECTS.vanished);
    return undefined;
  }
  return response;
}

interface Opening {
  readonly connection: Connection;
  readonly path: string;
  readonly query: string;
}

function beginConnection(
  gateway: Gateway,
  request: UpgradeRequest,
  socket: Socket,
  notes: HandshakeNotes,
): Opening | HttpResponse {
  const url = request.url ?? '/';
  if (url.length > gateway.limits.urlCharacters) {
    return { statusCode: 414, body: JSON.stringify({ message: 'Request-URI Too Long' }) };
  }
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const host = request.headers.host ?? '';
  const target = gateway.resolveApi(path, host);
  const isDisabled = target !== undefined && isDisabledFor(target.api, host);
  if (target === undefined || isDisabled || (target.rest !== '' && target.rest !== '/')) {
    return { statusCode: 403, body: JSON.stringify({ message: 'Forbidden' }) };
  }
  if (!isWebSocketHandshake(request)) {
    return { statusCode: 400, body: JSON.stringify({ message: 'Bad Request' }) };
  }
  const connection = newConnection(target.api, request, socket, host);
  notes.connection = connection;
  if (gateway.newConnections?.take() === false) {
    const body = gatewayMessage('Too Many Requests', connection.connectionId, notes.requestId);
    return { statusCode: 429, headers: { 'x-amzn-ErrorType': 'TooManyRequestsException' }, body };
  }
  return { connection, path, query: mark < 0 ? '' : url.slice(mark + 1) };
}

/** Whether an API with `DisableExecuteApiEndpoint` refuses a handshake because of its host name. */
function isDisabledFor({ model: { disabledEndpoint } }: DeployedApi, host: string): boolean {
  if (disabledEndpoint === undefined) return false;
  return disabledEndpoint === 'everywhere' || /\.execute-api\./i.test(host);
}

/**
 * Checks the handshake before `$connect` runs. `ws` makes the same checks only afterwards, which is
 * too late.
 */
function isWebSocketHandshake({ method, headers }: UpgradeRequest): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}

function newConnection(
  api: DeployedApi,
  request: UpgradeRequest,
  socket: Socket,
  host: string,
): Connection {
  const now = Date.now();
  return {
    connectionId: newGatewayId(),
    api,
    connectedAt: now,
    lastActiveAt: now,
    sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    userAgent: request.headers['user-agent'],
    host,
    authorizer: undefined,
    caller: undefined,
    transport: undefined,
  };
}

async function authorize(
  gateway: Gateway,
  connection: Connection,
  request: UpgradeRequest,
  handshake: HandshakeRequest,
  path: string,
  query: string,
  { requestId, traceId }: { readonly requestId: string; readonly traceId: string },
): Promise<Refusal | undefined> {
  const { invoker } = gateway;
  const authorization = connection.api.routes.get('$connect')?.model.authorization;
  if (authorization?.type === 'iam') {
    return authorizeWithIam(gateway, connection, request, path, query);
  }
  if (authorization?.type === 'lambda') {
    const { authorizer } = authorization;
    return authorizeWithLambda(connection, handshake, authorizer, invoker, requestId, traceId);
  }
  return undefined;
}

function refusedBy(refusal: Refusal, connection: Connection, requestId: string): HttpResponse {
  return {
    statusCode: refusal.statusCode,
    headers: { 'x-amzn-ErrorType': refusal.errorType },
    body: gatewayMessage(refusal.message, connection.connectionId, requestId),
  };
}

/**
 * An API without `$connect` accepts everybody. A function that fails or does not respond in time
 * gives 502.
 */
async function runConnectRoute(
  gateway: Gateway,
  connection: Connection,
  handshake: HandshakeRequest,
  notes: HandshakeNotes,
  options: InvokeOptions & { readonly traceId: string },
): Promise<ProxyResponse> {
  const { requestId } = notes;
  const route = connection.api.routes.get('$connect');
  if (route === undefined) return { statusCode: 200, headers: {} };
  const event = connectEvent(connection, handshake, requestId);
  const startedAt = performance.now();
  const result = await integrate(gateway, connection.api, route, event, options);
  notes.invocationId = result.invocationId;
  emitIntegration(gateway, connection, route, notes, { startedAt }, result);
  notes.integration = { result, latencyMs: performance.now() - startedAt };
  if (result.outcome === 'responded') return result.response;
  return {
    // For API Gateway, a missing permission is an error in the API's configuration.
    statusCode: result.outcome === 'failed' && result.reason === 'forbidden' ? 500 : 502,
    headers: { 'x-amzn-ErrorType': 'InternalServerErrorException' },
    body: gatewayMessage('Internal server error', connection.connectionId, requestId),
  };
}

function refuse(
  gateway: Gateway,
  socket: Socket,
  response: HttpResponse,
  notes: HandshakeNotes,
  by: 'gateway' | 'authorizer' | 'integration',
): void {
  emitRefused(gateway, notes, response.statusCode, by);
  if (notes.connection !== undefined) {
    logConnect(gateway.accessLogs, notes.connection, notes, { ...response, by });
  }
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = response.body ?? '';
  const headers = {
    'Content-Type': 'application/json',
    ...withoutHopByHop(response.headers ?? {}),
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = STATUS_CODES[response.statusCode] ?? '';
  socket.end(`HTTP/1.1 ${response.statusCode} ${reason}\r\n${lines.join('')}\r\n${body}`);
}

/** The headers of a `$connect` response that may go into the handshake's response. */
export function withoutHopByHop(headers: Readonly<Record<string, string>>): Record<string, string> {
  // A header may have the name `__proto__`.
  const kept = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    const managed =
      /^(connection|upgrade|content-length|transfer-encoding|keep-alive|sec-websocket-(accept|extensions))$/i;
    if (managed.test(name) || !isValidHeader(name, value)) continue;
    kept[name] = value;
  }
  return kept;
}

function isValidHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
