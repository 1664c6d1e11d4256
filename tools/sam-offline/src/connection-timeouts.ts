import type { ServerOptions } from 'node:http';

/** How long a client may keep a connection open without sending a whole request, in ms. */
export interface ConnectionTimeouts {
  /**
   * The maximum time until the headers are complete, measured from the connection or from the
   * request's first byte.
   */
  readonly headerMs: number;
  /**
   * The maximum time until the request is complete, measured in the same way. The response may take
   * any time.
   */
  readonly requestMs: number;
  /** The maximum time between a response and the next request. */
  readonly keepAliveMs: number;
  /** How often connections are checked. A time-out may be late by this time. */
  readonly checkEveryMs: number;
}

/**
 * The time-outs of every port. The first two are Node.js's defaults. Clients that reuse connections
 * (the transport in `libs/broadcast`, the AWS SDKs) keep them for a minute. The server keeps them
 * for longer, so that it does not close one while a request is on its way. Node.js sends the time
 * to clients in `Keep-Alive`.
 */
export const CONNECTION_TIMEOUTS: ConnectionTimeouts = {
  headerMs: 60_000,
  requestMs: 300_000,
  keepAliveMs: 65_000,
  checkEveryMs: 10_000,
};

/**
 * Gives the time-outs as options of `createServer` of `node:http`, which responds with 408 and
 * closes the connection.
 */
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
