import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import {
  type InvocationResult,
  type InvokeOptions,
  type LambdaInvoker,
  TooManyRequestsError,
} from '../../lambda/index.ts';
import { closedAtEnd } from '../../testing/end-of-test.ts';
import { recordEvents, type RecordedEvents } from '../../events/testing/record-events.ts';
import { createCredentialStore, operatorCredentials } from '../../signature/index.ts';
import type {
  IntegrationTarget,
  MappedIntegration,
  WebSocketApi,
  WebSocketRoute,
} from '../../template/index.ts';
import {
  createWebSocketApiServer,
  type WebSocketApiServer,
  type WebSocketApiServerOptions,
} from '../index.ts';

/** An event, as a handler sees it. Which members it has depends on the route. */
export interface GatewayEvent {
  readonly requestContext: {
    readonly routeKey: string;
    readonly connectionId: string;
    readonly apiId: string;
    readonly [name: string]: unknown;
  };
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly [name: string]: unknown;
}
/** `ws` sends a header once for each value of an array, which its types do not say. */
export type HandshakeOptions = Omit<ClientOptions, 'headers'> & {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
};
export type Handler = (event: GatewayEvent) => unknown;

export const ACCOUNT_ID = '123456789012';
export const REGION = 'ap-northeast-1';
export const operator = operatorCredentials(ACCOUNT_ID);

/** Functions that run in this process, and the events that they were invoked with. */
export class InMemoryInvoker implements LambdaInvoker {
  readonly events: { readonly functionLogicalId: string; readonly event: GatewayEvent }[] = [];
  readonly #handlers: Readonly<Record<string, Handler>>;
  /** Invocations wait for this promise, as they would wait for an execution environment. */
  room: Promise<undefined> | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(handlers: Readonly<Record<string, Handler>>) {
    this.#handlers = handlers;
  }

  async invoke(
    functionLogicalId: string,
    payload: string | Buffer,
    options: InvokeOptions = {},
  ): Promise<InvocationResult> {
    await this.room;
    options.onStart?.();
    const event = JSON.parse(payload.toString()) as GatewayEvent;
    this.events.push({ functionLogicalId, event });
    for (const wake of this.#waiting) wake();
    const requestId = 'r';
    try {
      const handler = this.#handlers[functionLogicalId];
      if (handler === undefined) throw new Error(`There is no function ${functionLogicalId}.`);
      const value = await handler(event);
      return { ok: true, requestId, payload: Buffer.from(JSON.stringify(value ?? null)) };
    } catch (error) {
      // Lambda responds with its own 429 before any code runs, so `invoke` throws it.
      if (error instanceof TooManyRequestsError) throw error;
      const { name, message } = error as Error;
      const body = Buffer.from(JSON.stringify({ errorType: name, errorMessage: message }));
      return { ok: false, requestId, payload: body, errorType: name, errorMessage: message };
    }
  }

  invokeAsync(): void {
    throw new Error('The gateway invokes synchronously.');
  }

  of(functionLogicalId: string): GatewayEvent[] {
    return this.events
      .filter((invocation) => invocation.functionLogicalId === functionLogicalId)
      .map(({ event }) => event);
  }

  /** Waits for the `count`th invocation of a function, and returns its event. */
  async nth(functionLogicalId: string, count = 1): Promise<GatewayEvent> {
    for (;;) {
      const event = this.of(functionLogicalId)[count - 1];
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }
}

/**
 * A route of a WebSocket API.
 *
 * @param change properties that differ from those of a plain route
 */
export function route(routeKey: string, change: Partial<WebSocketRoute> = {}): WebSocketRoute {
  return {
    routeKey,
    integration: {
      type: 'lambda',
      functionLogicalId: routeKey.replace('$', ''),
      timeoutMs: 29_000,
    },
    hasRouteResponse: false,
    authorization: { type: 'none' },
    ...change,
  };
}

/** Makes an integration that maps its requests. */
export function mapped(
  target: IntegrationTarget,
  change: Partial<MappedIntegration['request']> &
    Partial<Pick<MappedIntegration, 'responses' | 'isProxy' | 'timeoutMs'>> = {},
): MappedIntegration {
  const { responses = [], isProxy = false, timeoutMs = 29_000, ...request } = change;
  return {
    ...{ type: 'mapped', target, timeoutMs, isProxy, responses },
    request: { templates: {}, parameters: {}, passthrough: 'WHEN_NO_MATCH', ...request },
  };
}

/**
 * A WebSocket API with its routes.
 *
 * @param change properties that differ from those of a plain API
 */
export function webSocketApi(change: Partial<WebSocketApi> = {}): WebSocketApi {
  return {
    logicalId: 'ChatApi',
    apiId: 'a1b2c3d4e5',
    name: 'chat',
    stageName: 'dev',
    stageVariables: {},
    routeSelectionExpression: '$request.body.action',
    routes: [
      route('$connect'),
      route('$disconnect'),
      route('$default', { hasRouteResponse: true }),
    ],
    ...change,
  };
}

const ok = () => ({ statusCode: 200 });

export interface Counts {
  readonly open: number;
  readonly opened: number;
  readonly refused: Readonly<Record<number, number>>;
  readonly closed: Readonly<Record<number, number>>;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly pushes: Readonly<Record<number, number>>;
}

function countsOf(events: RecordedEvents): Counts {
  const by = (numbers: readonly number[]): Record<number, number> => {
    const counts: Record<number, number> = {};
    for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1;
    return counts;
  };
  const opened = events.of('connection.opened');
  const closed = events.of('connection.closed');
  const pushes = events.of('connections.call').filter(({ method }) => method === 'POST');
  return {
    open: opened.length - closed.length,
    opened: opened.length,
    refused: by(events.of('connection.refused').map(({ statusCode }) => statusCode)),
    closed: by(closed.map(({ closeCode }) => closeCode)),
    messagesIn: events.of('message.received').length,
    messagesOut:
      events.of('frame.sent').length +
      [...events.of('route.integrated'), ...pushes].filter(
        ({ frameBytes }) => frameBytes !== undefined,
      ).length,
    pushes: by(pushes.map(({ statusCode }) => statusCode)),
  };
}

export interface TestGateway extends AsyncDisposable {
  readonly server: WebSocketApiServer;
  readonly invoker: InMemoryInvoker;
  readonly events: RecordedEvents;
  readonly logs: string[];
  /** Counters of the events so far. */
  counts(): Counts;
  readonly port: number;
  /** `ws://127.0.0.1:<port>/dev` */
  readonly url: string;
  /** `http://127.0.0.1:<port>/dev`, which is the endpoint for the SDK. */
  readonly endpoint: string;
  /** Opens a connection and returns it with its id. */
  connect(path?: string, options?: HandshakeOptions, protocols?: string[]): Promise<TestClient>;
  /** The headers of a handshake's 101. */
  handshakeHeaders(path?: string): Promise<IncomingMessage['headers']>;
  /** Cuts the sockets of all clients, whether their handshake is complete or not. */
  abandonHandshakes(): Promise<void>;
  /** Tries a handshake that is refused, and returns the HTTP response. */
  refused(path?: string, options?: HandshakeOptions): Promise<Refused>;
}

export interface Refused {
  readonly statusCode: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A client that keeps the messages it receives until the test asks for them. */
export class TestClient {
  readonly socket: WebSocket;
  /** The TCP socket, for bytes that no client library would send. */
  readonly raw: Socket;
  readonly connectionId: string;
  readonly received: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #taken = 0;

  constructor(socket: WebSocket, raw: Socket, connectionId: string) {
    this.socket = socket;
    this.raw = raw;
    this.connectionId = connectionId;
    socket.on('message', (data: Buffer) => this.received.push(data.toString()));
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('error', () => undefined);
  }

  send(value: unknown): void {
    this.socket.send(typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** The next message that was not taken yet. */
  async next(): Promise<string> {
    while (this.received.length <= this.#taken) await once(this.socket, 'message');
    return this.received[this.#taken++] ?? '';
  }

  async nextJson(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.next()) as Record<string, unknown>;
  }
}

/** Starts a gateway with functions that run in this process, on a port that the system chooses. */
export async function startGateway(
  handlers: Readonly<Record<string, Handler>> = {},
  change: Partial<WebSocketApiServerOptions> & { readonly api?: Partial<WebSocketApi> } = {},
): Promise<TestGateway> {
  const { api, ...options } = change;
  const invoker = new InMemoryInvoker({ connect: ok, disconnect: ok, default: ok, ...handlers });
  const events = recordEvents();
  const server = createWebSocketApiServer({
    apis: [webSocketApi(api)],
    region: REGION,
    accountId: ACCOUNT_ID,
    invoker,
    credentials: createCredentialStore([operator]),
    events: events.bus,
    ...options,
  });
  const { port } = await server.listen(0);
  const clients = new Set<WebSocket>();

  const open = (path: string, clientOptions?: HandshakeOptions, protocols: string[] = []) => {
    const all = { perMessageDeflate: false, ...clientOptions };
    const url = `ws://127.0.0.1:${port}${path}`;
    const socket = new WebSocket(url, protocols, all as ClientOptions);
    clients.add(socket);
    return socket;
  };

  return {
    server,
    invoker,
    logs: events.warnings,
    counts: () => countsOf(events),
    events,
    port,
    url: `ws://127.0.0.1:${port}/dev`,
    endpoint: `http://127.0.0.1:${port}/dev`,
    connect: async (path = '/dev', clientOptions, protocols) => {
      const socket = open(path, clientOptions, protocols);
      const raw = new Promise<Socket>((resolve) => {
        socket.once('upgrade', (response) => {
          resolve(response.socket);
        });
      });
      await once(socket, 'open');
      const { localPort } = await raw;
      const connection = [...server.connections].find(
        ({ transport }) => transport?.socket.remotePort === localPort,
      );
      return new TestClient(socket, await raw, connection?.connectionId ?? 'already closed');
    },
    handshakeHeaders: async (path = '/dev') => {
      const [response] = (await once(open(path), 'upgrade')) as [IncomingMessage];
      return response.headers;
    },
    abandonHandshakes: async () => {
      const closing = [...clients].map(
        (socket) => new Promise((resolve) => socket.on('error', resolve).once('close', resolve)),
      );
      for (const socket of clients) socket.terminate();
      await Promise.all(closing);
    },
    refused: async (path = '/dev', clientOptions) => {
      const socket = open(path, clientOptions);
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [
        unknown,
        IncomingMessage,
      ];
      let body = '';
      for await (const chunk of response) body += String(chunk);
      return { statusCode: response.statusCode, headers: response.headers, body };
    },
    [Symbol.asyncDispose]: closedAtEnd(async () => {
      for (const socket of clients) socket.terminate();
      await server.close();
    }),
  };
}
