import type { ServerOptions } from 'node:http';

/** How long the ports let a client keep a connection that does nothing useful, in ms. */
export interface ConnectionTimeouts {
  /** Until a request's header is complete: from the connection, or from the request's first byte. */
  readonly headerMs: number;
  /** Until a complete request has come, likewise. Its response may take any time. */
  readonly requestMs: number;
  /** Between a response and the next request. */
  readonly keepAliveMs: number;
  /** How often connections are looked at: a time-out may come so much later. */
  readonly checkEveryMs: number;
}

/**
 * What every port that is open to others is held to. Header and request are Node's own defaults.
 * Connections between requests stay for longer than the minute for which clients that reuse them
 * keep them (the transport in `libs/broadcast`, the AWS SDKs), so that none is closed while a request
 * is on its way; Node tells clients of it in `Keep-Alive`.
 */
export const CONNECTION_TIMEOUTS: ConnectionTimeouts = {
  headerMs: 60_000,
  requestMs: 300_000,
  keepAliveMs: 65_000,
  checkEveryMs: 10_000,
};

/** The same for `createServer` of `node:http`, which responds with 408 and closes. */
export function serverTimeouts({
  headerMs,
  requestMs,
  keepAliveMs,
  checkEveryMs,
}: ConnectionTimeouts): ServerOptions {
  return {
    headersTimeout: headerMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: checkEveryMs,
  };
}
