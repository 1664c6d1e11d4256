import type { FactOf, OfApi, OfTrace } from './belonging.ts';

/** The decision of the authorizer of a route or of `$connect`. */
export interface AuthorizerResult {
  readonly kind: 'lambda' | 'jwt' | 'iam';
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly durationMs?: number | undefined;
  readonly cached?: boolean | undefined;
}

/** The result of an integration. */
export interface IntegrationResult {
  readonly functionName?: string | undefined;
  readonly outcome: 'responded' | 'failed' | 'timed-out';
  /** The status that the integration returned. */
  readonly statusCode?: number | undefined;
  readonly latencyMs: number;
  readonly error?: string | undefined;
}

/**
 * Requests to HTTP APIs, REST APIs and Function URLs, and requests that a port refused before any
 * part of the stack saw them.
 */
export type HttpFact = FactOf<
  'http.request',
  OfTrace & {
    /** The last three are ports whose other requests have facts of other types. */
    readonly kind:
      'http-api' | 'rest-api' | 'function-url' | 'websocket-api' | 'aws-endpoint' | 'console';
    /** Absent for a Function URL, or if no API was found. */
    readonly apiId?: string | undefined;
    readonly stage?: string | undefined;
    readonly requestId: string;
    /** Empty if the bytes were not HTTP. */
    readonly method: string;
    /** Without the query string. */
    readonly path: string;
    /** `GET /posts/{postId}`, `$default`. Absent if no route matches. */
    readonly routeKey?: string | undefined;
    readonly statusCode: number;
    /**
     * The reason why a port refused the request before any part of the stack saw it. Absent for
     * other requests.
     */
    readonly refusal?: string | undefined;
    /** 0 if the time at which the request began is not known. */
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
        /** How many connections are open now, including this one. */
        readonly open: number;
      }
    >
  | FactOf<
      'connection.refused',
      {
        /** Absent if no API was found. */
        readonly apiId?: string | undefined;
        readonly stage?: string | undefined;
        readonly requestId: string;
        readonly statusCode: number;
        readonly durationMs: number;
        readonly authorizer?: AuthorizerResult | undefined;
        /**
         * Which part refused: API Gateway itself, the authorizer, or the `$connect` integration.
         */
        readonly by: 'gateway' | 'authorizer' | 'integration';
      }
    >
  | FactOf<
      'connection.closed',
      OfConnection & {
        /** The reason, as `$disconnect` gets it. */
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
        /** Absent if no route takes the message. */
        readonly routeKey?: string | undefined;
        /** Present if API Gateway refuses the message, so that no integration runs. */
        readonly refused?: 'forbidden' | 'throttled' | 'invalid' | undefined;
      }
    >
  /**
   * The integration of `$connect`, `$disconnect` or a message's route has ended, and the frame that
   * responds to the message was written. One fact has both, since nearly each message has a response. The frame's content is
   * passed beside the fact.
   */
  | FactOf<
      'route.integrated',
      OfConnection & {
        readonly requestId: string;
        readonly routeKey: string;
        readonly integration: IntegrationResult;
        /**
         * The size of the frame that responded to the client, with its header. Absent if none was
         * written.
         */
        readonly frameBytes?: number | undefined;
        /**
         * How long earlier messages of the client held back the response after the integration had
         * ended, in whole ms. The time of the fact is after that. Absent below half a millisecond.
         */
        readonly heldMs?: number | undefined;
      }
    >
  /**
   * A frame was written to a client that is neither the response of a route nor written by a
   * `connections.call`.
   */
  | FactOf<
      'frame.sent',
      OfConnection & {
        readonly bytes: number;
        /** Runs before December 2026 have stored `route-response` too. */
        readonly cause: 'push' | 'route-response' | 'gateway-message';
      }
    >
  /**
   * A call to the `@connections` API, and the frame that it wrote. One fact has both, since a
   * broadcast makes thousands of calls.
   */
  | FactOf<
      'connections.call',
      {
        readonly apiId?: string | undefined;
        readonly stage?: string | undefined;
        readonly method: string;
        readonly statusCode: number;
        readonly bytes: number;
        /**
         * The size of the frame that the call wrote to the client, with its header. Absent if it
         * wrote none.
         */
        readonly frameBytes?: number | undefined;
        readonly durationMs: number;
        /** The caller: `local`, or a function's logical id. Absent if the signature was refused. */
        readonly caller?: string | undefined;
        /** The segment that made the call, from the call's `X-Amzn-Trace-Id`. */
        readonly parentId?: string | undefined;
      }
    >;
