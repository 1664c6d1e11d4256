import type { ChannelStore } from '@blogapp/broadcast';
import { connectionOpened } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import { connectionIdOf } from '../web-socket-event.ts';
import type { ConnectEvent, WebSocketAnswer } from '../web-socket-event.ts';

/** The `Sec-WebSocket-Protocol` that the server speaks. */
export const SUBPROTOCOL = 'blogapp';

export interface ConnectDependencies {
  readonly channels: Pick<ChannelStore, 'connect'>;
}

/** `$connect`: writes the connection's row. A 2xx answer completes the handshake. */
export function createConnect({ channels }: ConnectDependencies) {
  return async (event: ConnectEvent, invocation: Invocation): Promise<WebSocketAnswer> => {
    const connectionId = connectionIdOf(event);
    await channels.connect({ connectionId, connectedAtMs: event.requestContext.connectedAt });

    connectionOpened(invocation.metrics);
    invocation.logger.info('connected', { connectionId });

    // A browser that offers protocols drops the connection unless one of them is chosen.
    return offeredProtocols(event.headers).includes(SUBPROTOCOL)
      ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } }
      : { statusCode: 200 };
  };
}

function offeredProtocols(headers: ConnectEvent['headers'] = {}): string[] {
  return Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value?.split(',') ?? [])
    .map((protocol) => protocol.trim());
}
