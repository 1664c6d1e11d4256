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

/** The API or Function URL of a request, and the path within it. */
export interface Destination {
  readonly handler: RequestHandler;
  /** The percent-encoded path, without the prefix that names the API. */
  readonly rawPath: string;
}

export interface HttpListenerOptions {
  /** Finds the destination by `Host` and path. */
  readonly resolve: (host: string, target: RequestTarget) => Destination;
  /**
   * The maximum size of a body, in bytes. The response to a larger body is `payloadTooLarge` (413).
   */
  readonly maximumBodyBytes: number;
  /**
   * The maximum size of the request line and the header values together, in bytes. A larger request
   * gets a 431.
   */
  readonly maximumHeaderBytes: number;
  readonly payloadTooLarge: HttpResponse;
  readonly events: Events;
  /** Tests set shorter time-outs. */
  readonly timeouts?: ConnectionTimeouts;
}

/** A port that passes HTTP requests to `RequestHandler`s. */
export interface HttpListener {
  /**
   * Opens the port.
   * @returns the port
   * @throws Error with the code `EADDRINUSE` if another program uses the port
   */
  listen(port: number, host: string): Promise<number>;
  /**
   * Accepts no more requests, waits up to `graceMs` for responses that have begun, and then closes
   * every socket.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * The maximum size of headers in Node.js's parser, in bytes. It is larger than the limit for
 * clients, so that sam-offline makes the response.
 */
const PARSER_HEADER_BYTES = 64 * 1024;

/** Makes a listener for one port. */
export function createHttpListener(options: HttpListenerOptions): HttpListener {
  let isClosing = false;
  /**
   * The number of unfinished responses of each connection. Node.js counts a connection that never
   * sent a byte as busy, but it is idle here.
   */
  const underWay = new Map<Socket, number>();
  const server = createServer(
    // Otherwise Node.js itself would respond to a missing `Host`, without a body.
    {
      maxHeaderSize: PARSER_HEADER_BYTES,
      requireHostHeader: false,
      ...serverTimeouts(options.timeouts ?? CONNECTION_TIMEOUTS),
    },
    onRequest,
  );
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // A client that sends `Expect: 100-continue` gets the 413 before it sends its body.
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
  // The client closed the connection while it sent the body, so no function is invoked.
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

/** Checks the `Host`. HTTP/1.1 needs exactly one (RFC 9112, 3.2); HTTP/1.0 may have none. */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  // The spaces and the version in `GET /path HTTP/1.1` have 10 bytes.
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
        // The rest of the body is read and dropped, because a client whose connection is closed
        // while it sends may not get the response.
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

/** Responses with these statuses have no body and no length (RFC 9110, 8.6). */
const BODILESS = new Set([204, 304]);

function send(outgoing: ServerResponse, response: HttpResponse, isClosing: boolean): void {
  if (outgoing.destroyed || outgoing.headersSent) {
    // The function must not wait until somebody reads its stream.
    response.stream?.destroy();
    return;
  }
  const flat: string[] = [];
  for (const [name, value] of response.headers) flat.push(name, value);
  const isBodiless = BODILESS.has(response.statusCode);
  if (response.stream !== undefined && !isBodiless) {
    outgoing.writeHead(response.statusCode, flat);
    outgoing.flushHeaders();
    // If the stream fails, the connection is closed, so that the client notices that the body is
    // incomplete.
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
