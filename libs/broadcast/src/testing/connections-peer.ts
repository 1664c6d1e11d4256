import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the peer does with a push. */
export type PeerResponse =
  | 'ok'
  | 'gone'
  | 'throttle'
  | 'fail'
  | 'refuse'
  | 'forbid'
  | 'too-large'
  /** Takes the message and does not respond. */
  | 'hang'
  /** Takes the message and resets the TCP connection. */
  | 'reset'
  /** Takes the message and responds with 500, so that a repeat arrives twice. */
  | 'deliver-then-fail';

export interface ReceivedPush {
  readonly connectionId: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
}

/**
 * The `@connections` API of a WebSocket API that has faults: a real HTTP server; a function decides
 * the response to each push. It counts what has reached each connection.
 */
export class ConnectionsPeer {
  /** The messages of each connection, in order. */
  readonly received = new Map<string, string[]>();
  readonly pushes: ReceivedPush[] = [];
  /** Whether `pushes` are kept. */
  recordPushes = false;
  plan: (connectionId: string, body: string) => PeerResponse | Promise<PeerResponse> = () => 'ok';
  requests = 0;
  /** How many TCP connections were made. */
  connections = 0;
  #inFlight = 0;
  /** The most pushes that were under way at once. */
  maxInFlight = 0;
  #server: Server;
  #port = 0;

  constructor() {
    this.#server = this.#newServer();
  }

  static async start(): Promise<ConnectionsPeer> {
    const peer = new ConnectionsPeer();
    await peer.#listen();
    return peer;
  }

  /** The URL, with a stage as in the default domain of an API. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}/dev`;
  }

  /** Closes all connections, and listens again on the same port. */
  async restart(): Promise<void> {
    await this.close();
    this.#server = this.#newServer();
    await this.#listen();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #newServer(): Server {
    const server = createServer((request, response) => {
      void this.#respond(request, response);
    });
    server.on('connection', (socket) => {
      this.connections += 1;
      socket.on('error', () => undefined);
    });
    return server;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    this.#inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
    response.once('close', () => {
      this.#inFlight -= 1;
    });
    let body = '';
    request.setEncoding('utf8');
    try {
      for await (const chunk of request) body += String(chunk);
    } catch {
      return;
    }
    const path = request.url ?? '';
    const connectionId = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    if (this.recordPushes) this.pushes.push({ connectionId, body, headers: request.headers, path });
    const planned = await this.plan(connectionId, body);
    if (['ok', 'hang', 'reset', 'deliver-then-fail'].includes(planned)) {
      const messages = this.received.get(connectionId);
      if (messages === undefined) this.received.set(connectionId, [body]);
      else messages.push(body);
    }
    switch (planned) {
      case 'ok':
        response.writeHead(200).end();
        break;
      case 'gone':
        sendError(response, 410, 'GoneException');
        break;
      case 'throttle':
        sendError(response, 429, 'LimitExceededException');
        break;
      case 'refuse':
        sendError(response, 400, 'BadRequestException');
        break;
      case 'forbid':
        sendError(response, 403, 'ForbiddenException');
        break;
      case 'too-large':
        sendError(response, 413, 'PayloadTooLargeException');
        break;
      case 'fail':
      case 'deliver-then-fail':
        sendError(response, 500, 'InternalServerErrorException');
        break;
      case 'hang':
        break;
      case 'reset':
        request.socket.resetAndDestroy();
        break;
    }
  }
}

function sendError(response: ServerResponse, status: number, errorType: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-errortype': errorType,
    'x-amzn-requestid': 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  });
  response.end(JSON.stringify({ message: errorType.replace('Exception', '') }));
}
