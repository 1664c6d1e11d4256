import type { Connection, Disconnect } from './connection.ts';
import { newGatewayId } from '../ids/index.ts';
import type { UpgradeRequest } from './upgrade-reader.ts';

/** The headers and the query of a handshake, in the shapes that events have them in. */
export interface HandshakeRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
}

/** The event that a function gets for a connection or a message. */
export interface RouteEvent extends Partial<HandshakeRequest> {
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/**
 * `requestContext`, with its members in API Gateway's order. One id is both `requestId` and
 * `extendedRequestId`, as on AWS.
 */
function requestContext(
  connection: Connection,
  routeKey: string,
  eventType: EventType,
  requestId: string,
  extra: { readonly messageId?: string; readonly disconnect?: Disconnect } = {},
): Record<string, unknown> {
  const now = Date.now();
  const { disconnect, messageId } = extra;
  return {
    routeKey,
    ...(connection.authorizer === undefined ? {} : { authorizer: connection.authorizer }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(disconnect === undefined ? {} : { disconnectStatusCode: disconnect.statusCode }),
    eventType,
    extendedRequestId: requestId,
    requestTime: formatRequestTime(now),
    messageDirection: 'IN',
    ...(disconnect === undefined ? {} : { disconnectReason: disconnect.reason }),
    stage: connection.api.model.stageName,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: now,
    identity: {
      ...connection.caller,
      ...(connection.userAgent === undefined ? {} : { userAgent: connection.userAgent }),
      sourceIp: connection.sourceIp,
    },
    requestId,
    domainName: connection.api.domainName,
    connectionId: connection.connectionId,
    apiId: connection.api.model.apiId,
  };
}

/** API Gateway leaves out `stageVariables` if the stage has none. */
function stageVariables(connection: Connection): Pick<RouteEvent, 'stageVariables'> {
  const { stageVariables: variables } = connection.api.model;
  return Object.keys(variables).length === 0 ? {} : { stageVariables: variables };
}

/** The event of `$connect`. */
export function connectEvent(
  connection: Connection,
  request: HandshakeRequest,
  requestId: string,
): RouteEvent {
  return {
    ...request,
    ...stageVariables(connection),
    requestContext: requestContext(connection, '$connect', 'CONNECT', requestId),
    isBase64Encoded: false,
  };
}

/**
 * The members of the handshake that an authorizer sees and `$connect` does not. They were captured
 * on AWS: https://github.com/localstack/localstack/issues/7191
 */
const HANDSHAKE_HEADERS = { Connection: 'upgrade', 'content-length': '0', Upgrade: 'websocket' };

/** The event of a Lambda REQUEST authorizer of `$connect`. */
export function authorizerEvent(
  connection: Connection,
  request: HandshakeRequest,
  requestId: string,
): string {
  return JSON.stringify({
    type: 'REQUEST',
    methodArn: `${connection.api.stageArn}/$connect`,
    headers: { ...request.headers, ...HANDSHAKE_HEADERS },
    multiValueHeaders: {
      ...request.multiValueHeaders,
      ...Object.fromEntries(
        Object.entries(HANDSHAKE_HEADERS).map(([name, value]) => [name, [value]]),
      ),
    },
    queryStringParameters: request.queryStringParameters ?? {},
    multiValueQueryStringParameters: request.multiValueQueryStringParameters ?? {},
    stageVariables: connection.api.model.stageVariables,
    requestContext: requestContext(connection, '$connect', 'CONNECT', requestId),
  });
}

/** The event of a message from a client. */
export function messageEvent(
  connection: Connection,
  routeKey: string,
  body: string,
  requestId: string,
  messageId = newGatewayId(),
): RouteEvent {
  return {
    ...stageVariables(connection),
    requestContext: requestContext(connection, routeKey, 'MESSAGE', requestId, {
      messageId,
    }),
    body,
    isBase64Encoded: false,
  };
}

/** A `$disconnect` event has four headers of its own, not those of the handshake. */
export function disconnectEvent(
  connection: Connection,
  disconnect: Disconnect,
  requestId: string,
): RouteEvent {
  const headers = {
    Host: connection.host,
    'x-api-key': '',
    'X-Forwarded-For': '',
    'x-restapi': '',
  };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    ...stageVariables(connection),
    requestContext: requestContext(connection, '$disconnect', 'DISCONNECT', requestId, {
      disconnect,
    }),
    isBase64Encoded: false,
  };
}

/**
 * The headers that the handshake's event has: those of the request without the hop-by-hop headers,
 * and with forwarding headers.
 */
export function readHandshakeRequest(
  request: UpgradeRequest,
  query: string,
  sourceIp: string,
  traceId: string,
): HandshakeRequest {
  const byKey = new Map<string, { readonly name: string; readonly values: string[] }>();
  const add = (key: string, name: string, value: string): void => {
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { name, values: [value] });
    else known.values.push(value);
  };
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (!OWN_HEADERS.has(key))
      add(key, STANDARD_HEADERS.get(key) ?? name, rawHeaders[index + 1] ?? '');
  }
  add('x-amzn-trace-id', 'X-Amzn-Trace-Id', traceId);
  add('x-forwarded-for', 'X-Forwarded-For', sourceIp);
  add('x-forwarded-port', 'X-Forwarded-Port', '443');
  add('x-forwarded-proto', 'X-Forwarded-Proto', 'https');
  const sorted = [...byKey.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    headers: Object.fromEntries(sorted.map(({ name, values }) => [name, values.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(sorted.map(({ name, values }) => [name, values])),
    ...readQuery(query),
  };
}

/** Headers of the handshake itself, and those that API Gateway writes itself. */
const OWN_HEADERS = new Set([
  ...['connection', 'upgrade', 'x-amzn-trace-id'],
  ...['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'],
]);

/**
 * Headers that the clients used here (undici) write in lower case, and that API Gateway shows in
 * title case.
 */
const STANDARD_HEADERS = new Map(
  [
    'Accept',
    'Accept-Encoding',
    'Accept-Language',
    'Authorization',
    'Cache-Control',
    'Cookie',
    'Host',
    'Origin',
    'Pragma',
    'Sec-WebSocket-Extensions',
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Version',
    'User-Agent',
  ].map((name) => [name.toLowerCase(), name]),
);

function readQuery(query: string): Partial<HandshakeRequest> {
  if (query === '') return {};
  const multiValue: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(query)) (multiValue[name] ??= []).push(value);
  return {
    queryStringParameters: Object.fromEntries(
      Object.entries(multiValue).map(([name, values]) => [name, values.at(-1) ?? '']),
    ),
    multiValueQueryStringParameters: multiValue,
  };
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
let formattedSecond = -1;
let formatted = '';

/** The common log format, `23/Nov/2026:08:09:36 +0000`. The text is made once a second. */
export function formatRequestTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second === formattedSecond) return formatted;
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = date.getUTCMonth() * 3;
  formattedSecond = second;
  formatted =
    `${two(date.getUTCDate())}/${MONTHS.slice(month, month + 3)}/${date.getUTCFullYear()}` +
    `:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  return formatted;
}
