import type { ChannelStore } from '@blogapp/broadcast';
import { connectionClosed } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import { connectionIdOf } from '../web-socket-event.ts';
import type { DisconnectEvent, WebSocketResponse } from '../web-socket-event.ts';

export interface DisconnectDependencies {
  readonly channels: Pick<ChannelStore, 'disconnect'>;
}

/**
 * Makes the handler of `$disconnect`, which removes the connection's rows. If API Gateway does not
 * call it, a 410 or the TTL removes them.
 */
export function createDisconnect({ channels }: DisconnectDependencies) {
  return async (event: DisconnectEvent, invocation: Invocation): Promise<WebSocketResponse> => {
    const connectionId = connectionIdOf(event);
    const left = await channels.disconnect(connectionId);

    const { connectedAt, requestTimeEpoch, disconnectStatusCode, disconnectReason } =
      event.requestContext;
    connectionClosed(invocation.metrics, {
      connectedAtMs: connectedAt,
      closedAtMs: requestTimeEpoch,
    });
    invocation.logger.summary('disconnected', {
      connectionId,
      channels: left.length,
      disconnectStatusCode,
      disconnectReason,
    });
    return { statusCode: 200 };
  };
}
