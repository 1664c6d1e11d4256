import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { ConnectionTimeouts } from '../connection-timeouts.ts';
import type { Events } from '../events/index.ts';
import { type Enforcement, NO_ENFORCEMENT } from '../iam/index.ts';
import type { CredentialStore } from '../signature/index.ts';
import type { WebSocketApi } from '../template/index.ts';
import { accessLogsOf } from './access-log.ts';
import { Admission } from './admission.ts';
import type { Connection, Disconnect } from './connection.ts';
import { DISCONNECTS } from './connection.ts';
import { handleConnectionsRequest } from './connections-api.ts';
import type { ConnectionsRequest, ConnectionsResponse } from './connections-api.ts';
import { emitClosed, emitFrame } from './facts.ts';
import { deployApi, resolverOf } from './deployed-api.ts';
import { encodeTextFrame } from './frames.ts';
import type { Gateway } from './gateway.ts';
import { handleUpgrade, withoutHopByHop } from './handshake.ts';
import type { AcceptedHeaders } from './handshake.ts';
import { createHttpListener, type HttpHandlers } from './http-listener.ts';
import { WriteBatch } from './write-batch.ts';
import { AWS_LIMITS } from './limits.ts';
import type { WebSocketApiLimits } from './limits.ts';
import type { MessageLoad } from './message-lane.ts';
import { notifyDisconnect } from './messages.ts';
import { ConnectionRegistry } from './registry.ts';
import { type CallService, TokenBucket } from '../gateway/index.ts';

export interface WebSocketApiServerOptions {
  readonly apis: readonly WebSocketApi[];
  readonly region: string;
  readonly accountId: string;
  readonly invoker: LambdaInvoker;
  readonly credentials: CredentialStore;
  readonly events: Events;
  /**
   * Deployed names by logical id, for facts. A resource without an entry is named by its logical
   * id.
   */
  readonly functionNames?: ReadonlyMap<string, string>;
  /** The limits. AWS's quotas if absent. */
  readonly limits?: Partial<WebSocketApiLimits>;
  /** Who may invoke APIs and manage connections. If absent, every caller who signed may. */
  readonly permissions?: Enforcement;
  /** Calls the AWS services that integrations name. */
  readonly callService?: CallService;
  /** Turns an address of the stack's own APIs into the one on this machine. */
  readonly localize?: (url: string) => string;
  /** `requestContext.domainName`. AWS's host name of the API if absent. */
  readonly domainName?: (api: WebSocketApi) => string;
  /**
   * How long a client may send nothing within a request, or between two requests. Tests use shorter
   * times.
   */
  readonly timeouts?: ConnectionTimeouts;
}

export interface WebSocketApiServer {
  /**
   * Starts to listen.
   *
   * @returns the port, which the system chooses if 0 was asked for
   */
  listen(port: number, host?: string): Promise<{ readonly port: number }>;
  /** Closes every connection with 1001, runs `$disconnect` for each, and stops listening. */
  close(): Promise<void>;
  /** Serves the `@connections` API for requests that came in through another endpoint. */
  handleConnectionsRequest(request: ConnectionsRequest): ConnectionsResponse;
  /** The open connections. */
  readonly connections: Iterable<Connection>;
  /** Sends a text frame. @returns false if the connection is gone, or its client does not read */
  send(connectionId: string, text: string): boolean;
  /** Closes a connection with a code and a reason. @returns false if it is gone */
  disconnect(connectionId: string, disconnect: Disconnect): boolean;
}

/** How long, in ms, `close` waits for the next `$disconnect` handler to respond. */
const CLOSE_GRACE_MS = 2_000;
/** The limits of handshakes that have begun. The sockets of the others wait with their request only. */
const HANDSHAKES_AT_ONCE = { waiting: 64, whileBusy: 4 };
/** From this number of clients with a waiting message on, handshakes wait for the messages. */
const BUSY_CLIENTS = 16;

/** Serves the WebSocket APIs of a stack, and their `@connections` API, on one port. */
export function createWebSocketApiServer(options: WebSocketApiServerOptions): WebSocketApiServer {
  const limits: WebSocketApiLimits = { ...AWS_LIMITS, ...options.limits };
  const disconnects = new Set<Promise<void>>();
  const deployed = options.apis.map((api) => deployApi(api, options));
  const accessLogs = accessLogsOf(deployed, options.events);
  const writes = new WriteBatch();
  const registry = new ConnectionRegistry(limits, writes, (connection, disconnect) => {
    emitClosed(gateway, connection, disconnect);
    const notified = notifyDisconnect(gateway, connection, disconnect);
    disconnects.add(notified);
    void notified.finally(() => disconnects.delete(notified));
  });
  const messageLoad: MessageLoad = { waiting: 0 };
  const gateway: Gateway = {
    invoker: options.invoker,
    credentials: options.credentials,
    events: options.events,
    permissions: options.permissions ?? NO_ENFORCEMENT,
    limits,
    functionNames: options.functionNames ?? new Map<string, string>(),
    registry,
    resolveApi: resolverOf(deployed),
    accessLogs,
    handshakes: new Admission(HANDSHAKES_AT_ONCE, () => messageLoad.waiting >= BUSY_CLIENTS),
    messageLoad,
    newConnections: limits.newConnections && new TokenBucket(limits.newConnections),
    requests: limits.requests && new TokenBucket(limits.requests),
  };
  const server = createPortServer(gateway, writes, options.timeouts);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return {
    listen: (port, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, backlog: 4096 }, () => {
          server.off('error', reject);
          registry.startSweeping();
          const address = server.address();
          resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
        });
      }),
    close: async () => {
      registry.stopSweeping();
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const connection of registry) registry.close(connection, DISCONNECTS.goingAway);
      await settleSteadily(disconnects, CLOSE_GRACE_MS);
      for (const socket of sockets) socket.destroy();
      await closed;
      for (const accessLog of accessLogs.values()) accessLog.flush();
    },
    handleConnectionsRequest: (request) => handleConnectionsRequest(gateway, request),
    connections: registry,
    send: (connectionId, text) => {
      const connection = registry.find(connectionId);
      if (connection === undefined) return false;
      const frame = encodeTextFrame(Buffer.from(text));
      const isSent = registry.send(connection, frame);
      if (isSent) emitFrame(gateway, connection, frame, 'push');
      return isSent;
    },
    disconnect: (connectionId, disconnect) => {
      const connection = registry.find(connectionId);
      if (connection === undefined) return false;
      registry.close(connection, disconnect);
      return true;
    },
  };
}

/** Waits until a set of promises is empty, or until none of them was settled for `graceMs`. */
async function settleSteadily(promises: ReadonlySet<Promise<void>>, graceMs: number) {
  while (promises.size > 0) {
    const before = promises.size;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(promises), grace]);
    clearTimeout(timer);
    if (promises.size === before) return;
  }
}

function createPortServer(
  gateway: Gateway,
  writes: WriteBatch,
  timeouts: ConnectionTimeouts | undefined,
): Server {
  const acceptedHeaders: AcceptedHeaders = new WeakMap();
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: gateway.limits.messageBytes,
    // Pongs count among the bytes that wait for a client that does not read.
    autoPong: false,
  });
  webSockets.on('headers', (lines: string[], request: IncomingMessage) => {
    const headers = withoutHopByHop(acceptedHeaders.get(request) ?? {});
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  });
  const handlers: HttpHandlers = {
    connections: (request) => handleConnectionsRequest(gateway, request),
    upgrade: (request, socket, head) => {
      handleUpgrade(gateway, webSockets, acceptedHeaders, request, socket, head).catch(
        (error: unknown) => {
          gateway.events.warn('error', `WebSocket handshake: ${String(error)}`);
          socket.destroy();
        },
      );
    },
  };
  return createHttpListener(handlers, writes, gateway.events, timeouts);
}
