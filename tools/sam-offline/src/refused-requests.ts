import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EventOf, Events } from './events/index.ts';
import { newRequestId } from './ids/index.ts';

/** A request that was refused before it reached an API. */
export interface RefusedRequest extends Pick<
  EventOf<'http.request'>,
  'kind' | 'method' | 'statusCode' | 'sourceIp' | 'refusal'
> {
  /** The request's target, with or without its query string. */
  readonly target: string;
  /**
   * The value of `performance.now()` when the headers were complete, in ms; absent if it is not
   * known.
   */
  readonly startedAt?: number;
  readonly requestBytes?: number;
  readonly responseBytes: number;
}

/**
 * The maximum length of a path in a fact, in characters. A path may be refused because it is too
 * long.
 */
const MAXIMUM_PATH_LENGTH = 1000;

/** Emits the fact of a refused request. The fact has no API, so no API's metrics count it. */
export function emitRefusedRequest(events: Events, refused: RefusedRequest): void {
  if (!events.hasListeners) return;
  const { target, startedAt, requestBytes = 0, ...fields } = refused;
  const [path = ''] = target.split('?', 1);
  events.emit({
    ...{ type: 'http.request', timeMs: events.now(), requestId: newRequestId(), ...fields },
    ...{ path: path.slice(0, MAXIMUM_PATH_LENGTH), requestBytes },
    durationMs: startedAt === undefined ? 0 : performance.now() - startedAt,
  });
}

/** The kind of port that refuses requests, and where it emits facts. */
export interface RefusingPort {
  readonly kind: EventOf<'http.request'>['kind'];
  readonly events: Events;
}

/**
 * The status for codes of Node.js's parser errors, if it is not 400
 * (https://nodejs.org/api/errors.html).
 */
const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Responds to requests that Node.js's HTTP server would refuse without telling anybody, and emits
 * their facts: bytes that are not HTTP, a header that is too long, a request that does not end, a
 * `CONNECT`, and an unknown `Expect`.
 */
export function respondToRefusedRequests(server: Server, { kind, events }: RefusingPort): void {
  const refuse = (
    socket: Duplex & { readonly remoteAddress?: string | undefined },
    statusCode: number,
    request: { readonly method: string; readonly target: string },
    refusal: string,
  ): void => {
    const responseBytes = bodyOf(statusCode).length;
    const { remoteAddress: sourceIp } = socket;
    emitRefusedRequest(events, {
      ...{ kind, ...request, statusCode, refusal, responseBytes, sourceIp },
    });
    endWith(socket, statusCode);
  };

  server.on('clientError', (error: ParserError, socket) => {
    // The client has closed the connection, or has never sent a byte. Browsers open connections
    // before they need them.
    const bytesRead = 'bytesRead' in socket ? Number(socket.bytesRead) : 0;
    if (error.code === 'ECONNRESET' || !socket.writable || bytesRead === 0) {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') endWith(socket, 408);
      else socket.destroy();
      return;
    }
    const statusCode = STATUS_OF_ERROR[error.code ?? ''] ?? 400;
    refuse(socket, statusCode, requestLineOf(error.rawPacket), error.reason ?? error.message);
  });
  server.on('connect', ({ method = '', url = '' }: IncomingMessage, socket: Duplex) => {
    refuse(socket, 400, { method, target: url }, 'CONNECT is for proxies');
  });
  server.on('checkExpectation', (request: IncomingMessage, response) => {
    const { method = '', url: target = '', headers, socket } = request;
    const body = bodyOf(417);
    const refusal = `Expect: ${headers.expect ?? ''}`;
    emitRefusedRequest(events, {
      ...{ kind, method, target, statusCode: 417, refusal, sourceIp: socket.remoteAddress },
      responseBytes: body.length,
    });
    response.writeHead(417, JSON_TYPE);
    response.end(body);
  });
}

interface ParserError extends NodeJS.ErrnoException {
  /** The parser's message. */
  readonly reason?: string;
  /** The bytes in which the parser found the error. */
  readonly rawPacket?: Buffer;
}

/**
 * Reads the method and the target. Both are empty if the bytes do not begin with a request line.
 */
export function requestLineOf(bytes: Buffer | undefined): { method: string; target: string } {
  const text = bytes?.toString('latin1', 0, 2 * MAXIMUM_PATH_LENGTH) ?? '';
  const [, method = '', target = ''] = /^([A-Z]{1,20}) ([^\s]+)/.exec(text) ?? [];
  return { method, target };
}

/**
 * How long a refused client may take to close the connection, in ms. If the server closed it at
 * once, the client might not get the response.
 */
const LINGER_MS = 1_000;

const JSON_TYPE = { 'Content-Type': 'application/json' };

function bodyOf(statusCode: number): string {
  return JSON.stringify({ message: STATUS_CODES[statusCode] ?? '' });
}

/** Responds on the socket, for requests for which Node.js makes no response object. */
function endWith(socket: Duplex, statusCode: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // Node.js does not listen for errors of a CONNECT's socket any more.
  socket.on('error', () => socket.destroy());
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const body = bodyOf(statusCode);
  socket.end(
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
