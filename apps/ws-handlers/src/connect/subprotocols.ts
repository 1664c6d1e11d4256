import type { ConnectEvent } from '../web-socket-event.ts';

/** The `Sec-WebSocket-Protocol` that the server speaks. */
export const SUBPROTOCOL = 'blogapp';

/**
 * What a client puts before its ID token to offer it as a protocol: `new WebSocket(url, ['blogapp',
 * `bearer.${token}`])`. Browsers can send no other header, and a query string ends up in logs. A JWT
 * has only characters that a protocol may have.
 */
const TOKEN_PREFIX = 'bearer.';

export interface Subprotocols {
  /** Whether the client offers the server's protocol. */
  readonly speaksOurs: boolean;
  readonly tokens: readonly string[];
}

/** Reads what a client offers; API Gateway hands its headers on as the client spelt them. */
export function readSubprotocols(headers: ConnectEvent['headers'] = {}): Subprotocols {
  const offered = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value?.split(',') ?? [])
    .map((protocol) => protocol.trim());
  return {
    speaksOurs: offered.includes(SUBPROTOCOL),
    tokens: offered
      .filter((protocol) => protocol.startsWith(TOKEN_PREFIX))
      .map((protocol) => protocol.slice(TOKEN_PREFIX.length)),
  };
}
