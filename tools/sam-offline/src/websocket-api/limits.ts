import { ACCOUNT_THROTTLE } from '../gateway/index.ts';
import type { Throttle } from '../template/index.ts';

/**
 * The limits of WebSocket APIs. The defaults are AWS's quotas:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export interface WebSocketApiLimits {
  /**
   * Bytes of a message, in either direction. A client that sends more gets its connection closed
   * with 1009.
   */
  readonly messageBytes: number;
  /** Bytes of one frame from a client. A larger frame closes the connection with 1009. */
  readonly frameBytes: number;
  /** Milliseconds without a message or a ping in either direction before 1001 "Going away". */
  readonly idleMs: number;
  /**
   * Milliseconds after which a connection is closed with 1001 "Going away", even when it is in use.
   */
  readonly lifetimeMs: number;
  /** Characters of the URL that a client connects to. A longer one gets 414. */
  readonly urlCharacters: number;
  /**
   * Bytes that may wait for a client that does not read. A push over that limit gets a 429
   * LimitExceededException. AWS responds so when "the WebSocket client side buffer is full". AWS
   * does not publish its number, so this one is chosen here.
   */
  readonly bufferedBytes: number;
  /**
   * New connections a second, of all APIs together; more get 429 at the handshake. Not limited if
   * absent.
   */
  readonly newConnections?: Throttle;
  /** Messages from clients and `@connections` requests a second. Not limited if absent. */
  readonly requests?: Throttle;
}

export const AWS_LIMITS: WebSocketApiLimits = {
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 60 * 60_000,
  urlCharacters: 4096,
  bufferedBytes: 1024 * 1024,
};

/**
 * The account's throttles, which are off by default. The burst of new connections is as large as
 * their rate.
 */
export const AWS_THROTTLES = {
  newConnections: { rateLimit: 500, burstLimit: 500 },
  requests: ACCOUNT_THROTTLE,
} as const satisfies Pick<WebSocketApiLimits, 'newConnections' | 'requests'>;
