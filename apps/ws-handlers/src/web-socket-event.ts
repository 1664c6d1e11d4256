import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyWebsocketEventV2,
} from 'aws-lambda';

/** The event of `$connect`: the only one that carries the client's headers. */
export interface ConnectEvent {
  readonly requestContext: APIGatewayEventWebsocketRequestContextV2;
  /** The headers, with the client's spelling of their names. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The event of `$disconnect`. */
export interface DisconnectEvent {
  readonly requestContext: APIGatewayEventWebsocketRequestContextV2 & {
    readonly disconnectStatusCode?: number;
    readonly disconnectReason?: string;
  };
}

export type MessageEvent = APIGatewayProxyWebsocketEventV2;

/** What a WebSocket handler returns; the body reaches the client through the route response. */
export interface WebSocketResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The function was invoked with an event that is not from API Gateway. */
export class NotAWebSocketEventError extends Error {
  override readonly name = 'NotAWebSocketEventError';
}

/**
 * The connection's id, without which a handler can do nothing. API Gateway always sends it. An
 * event for `aws lambda invoke` that somebody wrote by hand may not have it.
 *
 * @throws NotAWebSocketEventError
 */
export function connectionIdOf(event: {
  readonly requestContext?: { readonly connectionId?: unknown };
}): string {
  const connectionId = event.requestContext?.connectionId;
  if (typeof connectionId === 'string' && connectionId !== '') return connectionId;
  throw new NotAWebSocketEventError('expected a WebSocket event with requestContext.connectionId');
}
