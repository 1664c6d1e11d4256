import type { FactOf, OfApi, OfTrace } from './belonging.ts';

/** What the authorizer of a route or of `$connect` decided. */
export interface AuthorizerResult {
  readonly kind: 'lambda' | 'jwt' | 'iam';
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly durationMs?: number | undefined;
  readonly cached?: boolean | undefined;
}

/** How an integration went. */
export interface IntegrationResult {
  readonly functionName?: string | undefined;
  readonly outcome: 'responded' | 'failed' | 'timed-out';
  /** The status that the integration returned. */
  readonly statusCode?: number | undefined;
  readonly latencyMs: number;
  readonly error?: string | undefined;
}

/** HTTP APIs, REST APIs and Function URLs; and requests that a port refused before any part of the stack saw them. */
export type HttpFact = FactOf<
  'http.request',
  OfTrace & {
    /** The last three are ports that have other facts for what they do not refuse. */
    readonly kind:
      'http-api' | 'rest-api' | 'function-url' | 'websocket-api' | 'aws-endpoint' | 'console';
    /** Absent for a Function URL, or where no API was found. */
    readonly apiId?: string | undefined;
    readonly stage?: string | undefined;
    readonly requestId: string;
    /** Empty when the bytes were not HTTP. */
    readonly method: string;
    /** Without the query string. */
    readonly path: string;
    /** `GET /posts/{postId}`, `$default`; absent where no route matches. */
    readonly routeKey?: string | undefined;
    readonly statusCode: number;
    /** Why it was refused before any part of the stack saw it; absent for other requests. */
    readonly refusal?: string | undefined;
    /** 0 where the time at which the request began is not known. */
    readonly durationMs: number;
    readonly requestBytes: number;
    readonly responseBytes: number;
    readonly sourceIp?: string | undefined;
    readonly authorizer?: AuthorizerResult | undefined;
    readonly integration?: IntegrationResult | undefined;
  }
>;

interface OfConnection extends OfApi {
  readonly connectionId: string;
}

/** WebSocket APIs. */
export type WebSocketFact =
  | FactOf<
      'connection.opened',
      OfConnection & {
        readonly requestId: string;
        readonly durationMs: number;
        readonly sourceIp: string;
        readonly authorizer?: AuthorizerResult | undefined;
        /** Connections that are open now, this one included. */
        readonly open: number;
      }
    >
  | FactOf<
      'connection.refused',
      {
        /** Absent where no API was found. */
        readonly apiId?: string | undefined;
        readonly stage?: string | undefined;
        readonly requestId: string;
        readonly statusCode: number;
        readonly durationMs: number;
        readonly authorizer?: AuthorizerResult | undefined;
        /** Who refused: API Gateway itself, the authorizer, or the `$connect` integration. */
        readonly by: 'gateway' | 'authorizer' | 'integration';
      }
    >
  | FactOf<
      'connection.closed',
      OfConnection & {
        /** As `$disconnect` gets it. */
        readonly closeCode: number;
        readonly reason: string;
        readonly lifetimeMs: number;
        readonly open: number;
      }
    >
  /** A message of a client. */
  | FactOf<
      'message.received',
      OfConnection & {
        readonly requestId: string;
        readonly bytes: number;
        /** Absent where no route takes it. */
        readonly routeKey?: string | undefined;
        /** Set where API Gateway refuses it and no integration runs. */
        readonly refused?: 'forbidden' | 'throttled' | 'invalid' | undefined;
      }
    >
  /** The integration of `$connect`, `$disconnect` or a message's route has ended. */
  | FactOf<
      'route.integrated',
      OfConnection & {
        readonly requestId: string;
        readonly routeKey: string;
        readonly integration: IntegrationResult;
      }
    >
  /** A frame was written to a client, other than by a `connections.call`. */
  | FactOf<
      'frame.sent',
      OfConnection & {
        readonly bytes: number;
        readonly cause: 'push' | 'route-response' | 'gateway-message';
      }
    >
  /** A call to the `@connections` API, and the frame that it wrote: a broadcast makes thousands. */
  | FactOf<
      'connections.call',
      {
        readonly apiId?: string | undefined;
        readonly stage?: string | undefined;
        readonly method: string;
        readonly statusCode: number;
        readonly bytes: number;
        /** Of the frame that it wrote to the client, header included; absent where it wrote none. */
        readonly frameBytes?: number | undefined;
        readonly durationMs: number;
        /** Who called: `local`, or a function's logical id; absent where the signature was refused. */
        readonly caller?: string | undefined;
        /** The segment that made the call, of the call's `X-Amzn-Trace-Id`. */
        readonly parentId?: string | undefined;
      }
    >;
