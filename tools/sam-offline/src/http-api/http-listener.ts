import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import {
  CONNECTION_TIMEOUTS,
  serverTimeouts,
  type ConnectionTimeouts,
} from '../connection-timeouts.ts';
import type { Events } from '../events/index.ts';
import { respondToRefusedRequests } from '../refused-requests.ts';
import type { HttpResponse } from './response.ts';
import { badRequest, headersTooLarge, internalServerError } from './response.ts';
import type { RequestHandler } from './gateway-options.ts';
import type { RequestTarget } from './request.ts';
import { emitUnrouted } from './request-fact.ts';
import { createGatewayRequest, parseTarget } from './request.ts';

/** Which API or Function URL a request is for, and its path there. */
export interface Destination {
  readonly handler: RequestHandler;
  /** Percent-encoded, without the prefix that chose the destination. */
  readonly rawPath: string;
}

export interface HttpListenerOptions {
  /** Chooses by `Host` and path. */
  readonly resolve: (host: string, target: RequestTarget) => Destination;
  /** A larger body gets a 413, as `payloadTooLarge` says. */
  readonly maximumBodyBytes: number;
  /** Request line and header values together; more gets a 431. */
  readonly maximumHeaderBytes: number;
  readonly payloadTooLarge: HttpResponse;
  readonly events: Events;
  /** Shorter ones for tests. */
  readonly timeouts?: ConnectionTimeouts;
}

/** One port: HTTP in, `RequestHandler`s behind it. */
export interface HttpListener {
  /** @throws Error with the code `EADDRINUSE` when the port is taken */
  listen(port: number, host: string): Promise<number>;
  /** Takes no more requests, lets those under way finish for `graceMs`, then ends every socket. */
  close(graceMs: number): Promise<void>;
}

/** How many header bytes Node's parser takes in; ours are the limits that a client meets. */
const PARSER_HEADER_BYTES = 64 * 1024;

export function createHttpListener(options: HttpListenerOptions): HttpListener {
  let isClosing = false;
  /** Responses under way by connection. Node counts one that never sent a byte as busy; here it is not. */
  const underWay = new Map<Socket, number>();
  const server = createServer(
    // Without this, Node itself responds to a missing `Host`, with no body.
    {
      maxHeaderSize: PARSER_HEADER_BYTES,
      requireHostHeader: false,
      ...serverTimeouts(options.timeouts ?? CONNECTION_TIMEOUTS),
    },
    onRequest,
  );
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A client that sends `Expect: 100-continue` learns of the limit before it sends a body.
    if (declaredLength(incoming) <= options.maximumBodyBytes) outgoing.writeContinue();
    onRequest(incoming, outgoing);
  });
  respondToRefusedRequests(server, { kind: 'http-api', events: options.events });
  server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });

  return {
    listen: (port, host) => listen(server, port, host),
    async close(graceMs) {
      isClosing = true;
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      endSockets((responses) => responses === 0);
      const timer = setTimeout(endSockets, graceMs, () => true);
      await closed;
      clearTimeout(timer);
    },
  };

  function endSockets(isEnded: (responses: number) => boolean): void {
    for (const [socket, responses] of underWay) if (isEnded(responses)) socket.destroy();
  }

  function count(socket: Socket, change: 1 | -1): void {
    const responses = underWay.get(socket);
    if (responses !== undefined) underWay.set(socket, responses + change);
  }

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    count(socket, 1);
    outgoing.once('close', () => {
      count(socket, -1);
    });
    serveRequest(incoming, options).then(
      (response) => {
        if (response !== undefined) send(outgoing, response, isClosing);
      },
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        options.events.warn('error', `${incoming.method ?? ''} ${incoming.url ?? ''}: ${text}`);
        send(outgoing, internalServerError, true);
      },
    );
  }
}

async function serveRequest(
  incoming: IncomingMessage,
  options: HttpListenerOptions,
): Promise<HttpResponse | undefined> {
  const startedAt = performance.now();
  const refuse = (response: HttpResponse): HttpResponse => {
    emitUnrouted(options.events, incoming, response, startedAt);
    return response;
  };
  const target = parseTarget(incoming.url ?? '/');
  if (target === undefined || !hasOneHost(incoming)) return refuse(badRequest);
  if (headerBytes(incoming) > options.maximumHeaderBytes) return refuse(headersTooLarge);
  if (declaredLength(incoming) > options.maximumBodyBytes) return refuse(options.payloadTooLarge);
  const body = hasBody(incoming) ? await readBody(incoming, options.maximumBodyBytes) : NO_BODY;
  if (body === 'too large') return refuse(options.payloadTooLarge);
  // The client went away while it sent: there is nobody to respond to, and nothing is invoked.
  if (body === 'aborted') return undefined;
  const host = target.authority ?? incoming.headers.host ?? '';
  const { handler, rawPath } = options.resolve(host, target);
  return await handler.handle(createGatewayRequest(incoming, target, rawPath, body));
}

const NO_BODY = Buffer.alloc(0);

function hasBody(incoming: IncomingMessage): boolean {
  const { headers } = incoming;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function declaredLength(incoming: IncomingMessage): number {
  return Number(incoming.headers['content-length'] ?? 0);
}

/** HTTP/1.1 has exactly one `Host` (RFC 9112, 3.2); HTTP/1.0 may have none. */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  // `GET /path HTTP/1.1`
  let bytes = method.length + url.length + 10;
  for (let index = 1; index < rawHeaders.length; index += 2)
    bytes += rawHeaders[index]?.length ?? 0;
  return bytes;
}

function readBody(
  incoming: IncomingMessage,
  maximumBytes: number,
): Promise<Buffer | 'too large' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maximumBytes) {
        // The rest is still read, and dropped: a client that is cut off while it sends may never
        // see the response.
        chunks.length = 0;
        resolve('too large');
        return;
      }
      chunks.push(chunk);
    });
    incoming.once('end', () => {
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length));
    });
    incoming.once('error', () => {
      resolve('aborted');
    });
    incoming.once('close', () => {
      resolve('aborted');
    });
  });
}

/** Statuses whose responses have no body, and so no length (RFC 9110, 8.6). */
const BODILESS = new Set([204, 304]);

function send(outgoing: ServerResponse, response: HttpResponse, isClosing: boolean): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const flat: string[] = [];
  for (const [name, value] of response.headers) flat.push(name, value);
  const isBodiless = BODILESS.has(response.statusCode);
  if (response.stream !== undefined && !isBodiless) {
    outgoing.writeHead(response.statusCode, flat);
    outgoing.flushHeaders();
    // A stream that fails ends the connection, so that the client sees that something is missing.
    pipeline(response.stream, outgoing, () => undefined);
    return;
  }
  response.stream?.resume();
  if (!isBodiless) flat.push('Content-Length', String(Buffer.byteLength(response.body)));
  if (isClosing) flat.push('Connection', 'close');
  outgoing.writeHead(response.statusCode, flat);
  outgoing.end(isBodiless ? undefined : response.body);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
