import type { EventBus } from '../../events/index.ts';
import { warningsTo } from '../../events/testing/record-events.ts';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { InvocationResult, InvokeOptions, LambdaInvoker } from '../../lambda/index.ts';
import {
  createCredentialStore,
  generateFunctionCredentials,
  operatorCredentials,
} from '../../signature/index.ts';
import type {
  Cors,
  FunctionUrl,
  HttpApi,
  HttpAuthorization,
  HttpRoute,
  LambdaFunction,
} from '../../template/index.ts';
import { createHttpApiServer, type HttpApiAddresses, type HttpApiServerOptions } from '../index.ts';

export const accountId = '123456789012';
export const region = 'ap-northeast-1';
export const operator = operatorCredentials(accountId);
export const broadcaster = generateFunctionCredentials('BroadcastFunction', accountId);

/** The members of an event that tests check separately. */
export interface TestEvent {
  readonly version: string;
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly requestId: string;
    readonly timeEpoch: number;
    readonly authorizer?: Readonly<Record<string, unknown>>;
    readonly http: Readonly<Record<string, string>>;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export type TestHandler = (event: TestEvent) => unknown;

export interface Invocation {
  readonly functionLogicalId: string;
  readonly event: TestEvent;
  readonly traceId: string | undefined;
}

/** A handler throws this to return bytes as the payload, which need not be JSON. */
export class RawPayload extends Error {
  readonly payload: Buffer;
  constructor(payload: Buffer | string) {
    super('raw payload');
    this.payload = Buffer.from(payload);
  }
}

/** Runs handlers in this process, and stores their events. */
export class FakeInvoker implements LambdaInvoker {
  readonly invocations: Invocation[] = [];
  readonly #handlers: Readonly<Record<string, TestHandler>>;

  constructor(handlers: Readonly<Record<string, TestHandler>>) {
    this.#handlers = handlers;
  }

  /** The event of the last invocation. */
  get lastEvent(): TestEvent {
    const event = this.invocations.at(-1)?.event;
    if (event === undefined) throw new Error('No function was invoked.');
    return event;
  }

  async invoke(
    functionLogicalId: string,
    payload: string | Buffer,
    options?: InvokeOptions,
  ): Promise<InvocationResult> {
    options?.onStart?.();
    const event = JSON.parse(String(payload)) as TestEvent;
    this.invocations.push({ functionLogicalId, event, traceId: options?.traceId });
    const requestId = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
    try {
      const result = await this.#handlers[functionLogicalId]?.(event);
      return { ok: true, requestId, payload: Buffer.from(JSON.stringify(result ?? null)) };
    } catch (error) {
      if (error instanceof RawPayload) return { ok: true, requestId, payload: error.payload };
      if (!(error instanceof HandlerError)) throw error;
      return {
        ok: false,
        requestId,
        payload: Buffer.from(JSON.stringify({ errorMessage: error.message, errorType: 'Error' })),
        errorType: 'Error',
        errorMessage: error.message,
      };
    }
  }

  invokeAsync(): never {
    throw new Error('A gateway invokes nothing asynchronously.');
  }
}

/** A handler throws this to fail. Every other error is one of the invoker. */
export class HandlerError extends Error {}

export const noAuthorization: HttpAuthorization = { type: 'none' };

/** Makes a route to `Handler`, by default with payload format 2.0 and without an authorizer. */
export function route(key: string, overrides: Partial<HttpRoute> = {}): HttpRoute {
  const [method = '', path = ''] = key === '$default' ? ['ANY', key] : key.split(' ');
  return {
    method,
    path,
    integration: { type: 'lambda', functionLogicalId: 'Handler', timeoutMs: 30_000 },
    payloadFormatVersion: '2.0',
    authorization: noAuthorization,
    ...overrides,
  };
}

/** Makes an HTTP API. */
export function httpApi(overrides: Partial<HttpApi> = {}): HttpApi {
  return {
    logicalId: 'Api',
    apiId: 'a1b2c3d4e5',
    name: 'api',
    stageName: '$default',
    stageVariables: {},
    routes: [route('$default')],
    ...overrides,
  };
}

/** Makes a CORS configuration. */
export function cors(overrides: Partial<Cors> = {}): Cors {
  return {
    allowOrigins: ['http://localhost:3000'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['content-type', 'authorization'],
    exposeHeaders: [],
    allowCredentials: false,
    ...overrides,
  };
}

/** Makes a function with a Function URL. */
export function functionWithUrl(url: Partial<FunctionUrl> = {}): LambdaFunction {
  return {
    logicalId: 'Handler',
    functionName: 'handler',
    arn: `arn:aws:lambda:${region}:${accountId}:function:handler`,
    code: { type: 'inline', source: '' },
    architecture: 'arm64',
    memorySizeMb: 128,
    timeoutMs: 3_000,
    environment: {},
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 },
    functionUrls: [
      {
        logicalId: 'HandlerUrl',
        functionArn: `arn:aws:lambda:${region}:${accountId}:function:handler`,
        ...{ urlId: 'u'.repeat(32), authType: 'NONE', invokeMode: 'BUFFERED', ...url },
      },
    ],
    layers: [],
  };
}

export interface TestServer extends HttpApiAddresses {
  /** The URL of the first HTTP API. */
  readonly url: string;
  readonly functionUrl: string;
  readonly invoker: FakeInvoker;
  /** The warnings of sam-offline, and the reasons of failed integrations. */
  readonly lines: string[];
  close(): Promise<void>;
}

const running: TestServer[] = [];

/** Starts a server on free ports. {@link closeServers} closes it. */
export async function startServer(
  handlers: Readonly<Record<string, TestHandler>> | TestHandler = () => ({ statusCode: 200 }),
  options: Partial<HttpApiServerOptions> = {},
  port = 0,
): Promise<TestServer> {
  const invoker = new FakeInvoker(
    typeof handlers === 'function' ? { Handler: handlers } : handlers,
  );
  const lines: string[] = [];
  const server = createHttpApiServer({
    apis: [httpApi()],
    functions: [],
    region,
    accountId,
    invoker,
    credentials: createCredentialStore([operator, broadcaster]),
    events: linesTo(lines),
    closeGraceMs: 2_000,
    ...options,
  });
  const addresses = await server.listen(port, '127.0.0.1');
  const started: TestServer = {
    ...addresses,
    url: Object.values(addresses.urls)[0] ?? '',
    functionUrl: Object.values(addresses.functionUrls)[0] ?? '',
    invoker,
    lines,
    close: () => server.close(),
  };
  running.push(started);
  return started;
}

/** Closes every server that a test has started. */
export async function closeServers(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** Opens a socket to a server, for requests that no HTTP client would send. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes, and gives everything that the server sends until it closes the connection. */
export async function exchange(url: string, ...parts: readonly string[]): Promise<string> {
  const socket = await openSocket(url);
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return Buffer.concat(received).toString();
}

/** Makes an event bus that adds warnings and the reasons of failed integrations to a list. */
function linesTo(lines: string[]): EventBus {
  const bus = warningsTo(lines);
  bus.subscribe((event) => {
    if (event.type !== 'http.request' || event.integration?.error === undefined) return;
    lines.push(`${event.routeKey ?? ''}: ${event.integration.error}`);
  });
  return bus;
}
