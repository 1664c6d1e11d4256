import { SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '@blogapp/shared-types';
import type { ConnectEvent } from '../web-socket-event.ts';

export interface Subprotocols {
  /** Whether the client offers the server's protocol. */
  readonly speaksOurs: boolean;
  readonly tokens: readonly string[];
}

/**
 * Reads the subprotocols that a client offers. API Gateway keeps the client's spelling of header
 * names.
 */
export function readSubprotocols(headers: ConnectEvent['headers'] = {}): Subprotocols {
  const offered = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value?.split(',') ?? [])
    .map((protocol) => protocol.trim());
  return {
    speaksOurs: offered.includes(SUBPROTOCOL),
    tokens: offered
      .filter((protocol) => protocol.startsWith(TOKEN_SUBPROTOCOL_PREFIX))
      .map((protocol) => protocol.slice(TOKEN_SUBPROTOCOL_PREFIX.length)),
  };
}
