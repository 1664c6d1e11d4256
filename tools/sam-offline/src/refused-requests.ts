import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EventOf, Events } from './events/index.ts';
import { newRequestId } from './ids/index.ts';

/** A request that got a response before any part of the stack saw it. */
export interface RefusedRequest extends Pick<
  EventOf<'http.request'>,
  'kind' | 'method' | 'statusCode' | 'sourceIp' | 'refusal'
> {
  /** With or without its query string. */
  readonly target: string;
  /** `performance.now()` when its headers were there; absent where it is not known. */
  readonly startedAt?: number;
  readonly requestBytes?: number;
  readonly responseBytes: number;
}

/** A path that is refused because it is too long is cut to this length (characters). */
const MAXIMUM_PATH_LENGTH = 1000;

/** Emits the fact of a refused request. It has no API, so no metric of an API counts it. */
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

export interface RefusingPort {
  readonly kind: EventOf<'http.request'>['kind'];
  readonly events: Events;
}

/** Node.js's parser errors that are not 400, by their codes (https://nodejs.org/api/errors.html). */
const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Responds to requests that Node.js's HTTP server would refuse silently, and emits their facts: bytes that are
 * not HTTP, too long a header, a request that does not end, a `CONNECT`, and an unknown `Expect`.
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
    // The client has gone, or has never sent a byte (a browser opens connections ahead of need).
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
  /** What the parser says. */
  readonly reason?: string;
  /** The bytes in which the parser found the error. */
  readonly rawPacket?: Buffer;
}

/** Method and target, where the bytes begin with a request line; empty where they do not. */
export function requestLineOf(bytes: Buffer | undefined): { method: string; target: string } {
  const text = bytes?.toString('latin1', 0, 2 * MAXIMUM_PATH_LENGTH) ?? '';
  const [, method = '', target = ''] = /^([A-Z]{1,20}) ([^\s]+)/.exec(text) ?? [];
  return { method, target };
}

/** How long a client may take to close, once it was refused, in ms. One that is cut off at once may not see why. */
const LINGER_MS = 1_000;

const JSON_TYPE = { 'Content-Type': 'application/json' };

function bodyOf(statusCode: number): string {
  return JSON.stringify({ message: STATUS_CODES[statusCode] ?? '' });
}

/** Responds on the socket, where Node.js has made no response to write to. */
function endWith(socket: Duplex, statusCode: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // Node.js has let go of the socket of a CONNECT: nobody else listens for its errors.
  socket.on('error', () => socket.destroy());
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const body = bodyOf(statusCode);
  socket.end(
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
