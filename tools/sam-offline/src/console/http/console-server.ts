import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import * as z from 'zod';
import { CONNECTION_TIMEOUTS, serverTimeouts } from '../../connection-timeouts.ts';
import type { Events } from '../../events/index.ts';
import { respondToRefusedRequests } from '../../refused-requests.ts';
import { refusalOf, securityHeaders } from './guard.ts';
import { openApiDocument } from './openapi.ts';
import { matchPath, RequestError, type Route } from './route.ts';

/** The largest body of a change, in bytes. The event of an invocation may have 6 MB. */
const MAXIMUM_BODY_BYTES = 7 * 1024 * 1024;

/** A file of the page. */
export interface Asset {
  readonly contentType: string;
  readonly body: string | Buffer;
}

export interface ConsoleServerOptions {
  readonly routes: readonly Route[];
  /** Is called with each request that is not refused. */
  readonly onRequest: () => void;
  /** The file at a path. Undefined if there is none. */
  readonly asset: (path: string) => Promise<Asset | undefined>;
  /** Responds to `GET /api/live`, and keeps the response open. */
  readonly live: (request: IncomingMessage, response: ServerResponse) => void;
  /** The origins to which the page may open sockets. */
  readonly connectTo: () => readonly string[];
  readonly events: Events;
}

export interface ConsoleServer {
  /**
   * Starts to listen.
   *
   * @returns the port, which the system chooses if 0 was asked for
   */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** Serves the page, its API and its live facts, to this machine only. */
export function createConsoleServer(options: ConsoleServerOptions): ConsoleServer {
  const { routes, events } = options;
  const openApi = openApiDocument(routes);
  const sockets = new Set<Socket>();
  const serverOptions = { ...serverTimeouts(CONNECTION_TIMEOUTS), requireHostHeader: false };
  const server = createServer(serverOptions, (request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (!(error instanceof RequestError))
        events.warn('error', `console: ${request.url ?? ''}: ${text(error)}`);
      const statusCode = error instanceof RequestError ? error.statusCode : 500;
      if (response.headersSent) response.destroy();
      else sendJson(response, statusCode, { message: messageOf(error) });
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  respondToRefusedRequests(server, { kind: 'console', events });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request;
    for (const [name, value] of Object.entries(securityHeaders(options.connectTo()))) {
      response.setHeader(name, value);
    }
    const refusal = refusalOf({ method, headers });
    if (refusal !== undefined) throw new RequestError(refusal.statusCode, refusal.message);
    options.onRequest();
    const { pathname, searchParams } = urlOf(request);
    if (pathname === '/api/openapi.json' && method === 'GET') {
      sendJson(response, 200, openApi);
      return;
    }
    if (pathname === '/api/live' && method === 'GET') {
      options.live(request, response);
      return;
    }
    if (pathname.startsWith('/api/')) {
      sendJson(response, 200, await callRoute(request, method, pathname, searchParams));
      return;
    }
    const asset = method === 'GET' || method === 'HEAD' ? await options.asset(pathname) : undefined;
    if (asset === undefined) throw new RequestError(404, `There is nothing at ${pathname}.`);
    response.setHeader('content-type', asset.contentType);
    response.end(method === 'HEAD' ? undefined : asset.body);
  }

  async function callRoute(
    request: IncomingMessage,
    method: string,
    pathname: string,
    searchParams: URLSearchParams,
  ): Promise<unknown> {
    let isKnownPath = false;
    for (const route of routes) {
      const path = matchPath(route.path, pathname);
      if (path === undefined) continue;
      isKnownPath = true;
      if (route.method !== method) continue;
      const query = parsed(route.query ?? z.object({}), Object.fromEntries(searchParams));
      const body =
        route.body === undefined ? undefined : parsed(route.body, await jsonBody(request));
      return route.handle({ path, query, body });
    }
    throw isKnownPath
      ? new RequestError(405, `${pathname} does not take ${method}; see /api/openapi.json.`)
      : new RequestError(404, `The API has no ${pathname}; see /api/openapi.json.`);
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://console');
  } catch {
    throw new RequestError(400, `"${request.url ?? ''}" is not a path.`);
  }
}

function parsed(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RequestError(400, z.prettifyError(result.error));
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAXIMUM_BODY_BYTES) {
      throw new RequestError(413, `The body is larger than ${MAXIMUM_BODY_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new RequestError(400, `The body is not JSON: ${messageOf(error)}`);
  }
}

function sendJson(response: ServerResponse, statusCode: number, value: unknown): void {
  response.statusCode = statusCode;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value ?? {}));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
