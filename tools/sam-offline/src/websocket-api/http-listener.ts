import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  CONNECTION_TIMEOUTS,
  serverTimeouts,
  type ConnectionTimeouts,
} from '../connection-timeouts.ts';
import { isConnectionsPath } from './connections-api.ts';
import type { ConnectionsRequest, ConnectionsResponse } from './connections-api.ts';
import { readPost } from './post-reader.ts';
import { readUpgrade, type ReadUpgrade, type UpgradeRequest } from './upgrade-reader.ts';
import type { WriteBatch } from './write-batch.ts';
import {
  respondToRefusedRequests,
  emitRefusedRequest,
  requestLineOf,
} from '../refused-requests.ts';
import type { Events } from '../events/index.ts';

export interface HttpHandlers {
  /** Serves a request to `@connections`. */
  connections(request: ConnectionsRequest): ConnectionsResponse;
  /**
   * Opens a WebSocket. The socket is paused or has no reader yet. `head` has the bytes that came
   * after the request.
   */
  upgrade(request: UpgradeRequest, socket: Socket, head: Buffer): void;
}

/** API Gateway's own limit of a request's body. */
const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;
/**
 * Larger pushes are rare, and `node:http` collects them better than this reader, which would read
 * them again with each packet.
 */
const READ_LIMITS = { headBytes: 16 * 1024, bodyBytes: 256 * 1024 };

/**
 * The HTTP side of the port. It reads pushes to `@connections` and handshakes directly on the
 * socket, and writes the responses there. From the first request of any other kind on, `node:http`
 * serves the socket.
 */
export function createHttpListener(
  handlers: HttpHandlers,
  writes: WriteBatch,
  events: Events,
  timeouts: ConnectionTimeouts = CONNECTION_TIMEOUTS,
): Server {
  const serverOptions = { ...serverTimeouts(timeouts), requireHostHeader: false };
  const server = createServer(serverOptions, (request, response) => {
    respond(handlers, events, request, response).catch(() => {
      // The client went away in the middle of its request.
      response.destroy();
    });
  });
  respondToRefusedRequests(server, { kind: 'websocket-api', events });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (!(socket instanceof Socket)) throw new TypeError('The server listens on TCP sockets.');
    handlers.upgrade(request, socket, head);
  });

  // Node's own listener makes a socket an HTTP connection. It runs when `node:http` gets the
  // socket.
  const acceptListeners = server.listeners('connection');
  server.removeAllListeners('connection');
  const connections = new Set<PostConnection>();
  server.on('connection', (socket) => {
    const connection = new PostConnection(handlers, writes, socket, {
      handOver: () => {
        for (const accept of acceptListeners) accept.call(server, socket);
      },
      gone: () => connections.delete(connection),
      timedOut: (request) => {
        emitRefusedRequest(events, {
          ...requestLineOf(request),
          ...{ kind: 'websocket-api', statusCode: 408, refusal: 'the request did not end' },
          ...{ requestBytes: request.length, responseBytes: 0, sourceIp: socket.remoteAddress },
        });
      },
    });
    connections.add(connection);
  });
  const check = setInterval(() => {
    const now = performance.now();
    for (const connection of connections) connection.check(now, timeouts);
  }, timeouts.checkEveryMs).unref();
  server.once('close', () => {
    clearInterval(check);
  });
  return server;
}

interface Owner {
  /** Gives the socket to `node:http`. */
  readonly handOver: () => void;
  /** The socket has closed, or `node:http` has it now. */
  readonly gone: () => void;
  /** A request has begun, and the rest of it has not come in time. */
  readonly timedOut: (request: Buffer) => void;
}

/** Serves a socket on which only pushes have come so far. */
class PostConnection {
  readonly #handlers: HttpHandlers;
  readonly #writes: WriteBatch;
  readonly #socket: Socket;
  readonly #owner: Owner;
  /** The beginning of a request whose rest has not come yet. */
  #pending: Buffer[] = [];
  /**
   * The time at which the request began, or at which the connection began to wait for one;
   * `performance.now()`.
   */
  #since = performance.now();
  #hasResponded = false;

  constructor(handlers: HttpHandlers, writes: WriteBatch, socket: Socket, owner: Owner) {
    this.#handlers = handlers;
    this.#writes = writes;
    this.#socket = socket;
    this.#owner = owner;
    socket.setNoDelay(true);
    socket.on('data', this.#receive);
    socket.on('error', this.#destroy);
    socket.on('end', this.#finish);
    socket.on('close', owner.gone);
  }

  /** Ends a connection on which no request comes, or comes too slowly. */
  check(now: number, { headerMs, requestMs, keepAliveMs }: ConnectionTimeouts): void {
    const silentMs = now - this.#since;
    if (this.#pending.length === 0 && this.#hasResponded) {
      if (silentMs > keepAliveMs) this.#socket.destroy();
      return;
    }
    const hasHeader = this.#pending.some((chunk) => chunk.includes('\r\n\r\n'));
    if (silentMs <= (hasHeader ? requestMs : headerMs)) return;
    const [first] = this.#pending;
    if (first !== undefined) this.#owner.timedOut(first);
    const socket = this.#socket;
    socket.write(TIMED_OUT, () => socket.destroy());
    // A client that does not read its responses gets no more time either.
    if (!socket.writableNeedDrain) return;
    socket.destroy();
  }

  readonly #destroy = (): void => {
    this.#socket.destroy();
  };

  readonly #finish = (): void => {
    this.#socket.end();
  };

  readonly #receive = (chunk: Buffer): void => {
    const isNew = this.#pending.length === 0;
    this.#pending.push(chunk);
    const buffer = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
    this.#pending = [];
    let start = 0;
    let responses = '';
    while (start < buffer.length) {
      const post = readPost(buffer, start, READ_LIMITS);
      if (post === 'incomplete') {
        this.#pending = [buffer.subarray(start)];
        break;
      }
      const mark = post === 'unsupported' ? 0 : post.target.indexOf('?');
      const path =
        post === 'unsupported' ? '' : mark < 0 ? post.target : post.target.slice(0, mark);
      if (post === 'unsupported' || !isConnectionsPath(path)) {
        const upgrade = readUpgrade(buffer, start, READ_LIMITS.headBytes);
        if (upgrade === undefined) this.#handOver(responses, buffer.subarray(start));
        else this.#upgrade(responses, upgrade, buffer.subarray(upgrade.end));
        return;
      }
      const query = mark < 0 ? '' : post.target.slice(mark + 1);
      const { headers, body } = post;
      responses += formatResponse(
        this.#handlers.connections({ method: 'POST', path, query, headers, body }),
      );
      start = post.end;
      this.#hasResponded = true;
    }
    if (isNew || start > 0) this.#since = performance.now();
    if (responses !== '') this.#writes.writeResponse(this.#socket, responses);
  };

  /** Gives the socket, with what was not read, to `node:http`. */
  #handOver(responses: string, rest: Buffer): void {
    this.#leave(responses);
    this.#socket.unshift(rest);
    this.#owner.handOver();
    this.#socket.resume();
  }

  #upgrade(responses: string, { request }: ReadUpgrade, head: Buffer): void {
    this.#leave(responses);
    this.#handlers.upgrade(request, this.#socket, head);
  }

  /**
   * Writes the responses to what was read. The socket is paused, and is not used here afterwards.
   */
  #leave(responses: string): void {
    const socket = this.#socket;
    if (responses !== '') socket.write(responses);
    socket.off('data', this.#receive);
    socket.off('error', this.#destroy);
    socket.off('end', this.#finish);
    socket.off('close', this.#owner.gone);
    this.#owner.gone();
    socket.pause();
  }
}

const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

function formatResponse({ statusCode, headers, body }: ConnectionsResponse): string {
  let text = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nDate: ${httpDate()}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name] ?? ''}\r\n`;
  const length = body === '' ? 0 : Buffer.byteLength(body);
  return `${text}Connection: keep-alive\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

let dateSecond = 0;
let date = '';

function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = new Date(second * 1000).toUTCString();
  }
  return date;
}

async function respond(
  handlers: HttpHandlers,
  events: Events,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const url = request.url ?? '/';
  const refuse = (
    statusCode: number,
    headers: Readonly<Record<string, string>>,
    message: string,
  ) => {
    const body = JSON.stringify({ message });
    send(response, statusCode, headers, body);
    emitRefusedRequest(events, {
      ...{
        kind: 'websocket-api',
        method: request.method ?? '',
        target: url,
        statusCode,
        startedAt,
      },
      ...{ responseBytes: body.length, sourceIp: request.socket.remoteAddress },
      requestBytes: Number(request.headers['content-length'] ?? 0),
    });
  };
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (request.headers.host === undefined) {
    refuse(400, { Connection: 'close' }, 'Bad Request');
    return;
  }
  if (!isConnectionsPath(path)) {
    refuse(403, { 'x-amzn-ErrorType': 'ForbiddenException' }, 'Forbidden');
    return;
  }
  const body = await readBody(request);
  if (body === undefined) {
    const headers = { 'x-amzn-ErrorType': 'RequestEntityTooLargeException', Connection: 'close' };
    refuse(413, headers, 'Request Too Long');
    return;
  }
  const {
    statusCode,
    headers,
    body: text,
  } = handlers.connections({
    method: request.method ?? 'GET',
    path,
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.headers,
    body,
  });
  send(response, statusCode, headers, text);
}

/**
 * Reads the body to its end.
 *
 * @returns undefined if it is over the limit; then it is not kept
 */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAXIMUM_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > MAXIMUM_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const length = statusCode === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(statusCode, { 'Content-Type': 'application/json', ...headers, ...length });
  response.end(body);
}
