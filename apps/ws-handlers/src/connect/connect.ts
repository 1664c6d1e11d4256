import type { ChannelStore } from '@blogapp/broadcast';
import { InvalidTokenError, KeysUnavailableError } from '@blogapp/identity';
import type { TokenVerifier } from '@blogapp/identity';
import type { Invocation } from '@blogapp/observability';
import { SUBPROTOCOL } from '@blogapp/shared-types';
import { connectionIdOf } from '../web-socket-event.ts';
import type { ConnectEvent, WebSocketResponse } from '../web-socket-event.ts';
import { readSubprotocols } from './subprotocols.ts';

export interface ConnectDependencies {
  readonly channels: Pick<ChannelStore, 'connect'>;
  readonly verifier: TokenVerifier;
}

/**
 * Makes the handler of `$connect`. It writes the connection's row, with its user if the client sent
 * a token. A response with 2xx completes the handshake; any other status becomes the status of the
 * handshake.
 */
export function createConnect({ channels, verifier }: ConnectDependencies) {
  return async (event: ConnectEvent, invocation: Invocation): Promise<WebSocketResponse> => {
    const { logger, metrics } = invocation;
    const connectionId = connectionIdOf(event);
    const { speaksOurs, tokens } = readSubprotocols(event.headers);

    let userId: string | undefined;
    try {
      userId = await userOf(tokens);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      metrics.record('ConnectionsRefused', 1);
      logger.summary('refused', { connectionId, reason: refusal.reason });
      return { statusCode: refusal.statusCode };
    }

    await channels.connect({
      connectionId,
      connectedAtMs: event.requestContext.connectedAt,
      ...(userId !== undefined && { userId }),
    });
    metrics.record('ConnectionsOpened', 1);
    logger.summary('connected', { connectionId, signedIn: userId !== undefined });

    // A browser that offers protocols closes the connection unless one of them is chosen.
    return speaksOurs
      ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } }
      : { statusCode: 200 };
  };

  /** The id of the token's user; undefined without a token, because reading is public. */
  async function userOf([token, ...others]: readonly string[]): Promise<string | undefined> {
    if (token === undefined) return undefined;
    if (others.length > 0) throw new InvalidTokenError('malformed');
    return (await verifier.verify(token)).userId;
  }
}

function refusalOf(error: unknown): { statusCode: number; reason: string } | undefined {
  if (error instanceof InvalidTokenError) return { statusCode: 401, reason: error.reason };
  if (error instanceof KeysUnavailableError) return { statusCode: 503, reason: error.name };
  return undefined;
}
