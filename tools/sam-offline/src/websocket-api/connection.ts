import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { DeployedApi } from './deployed-api.ts';
import type { MessageLane } from './message-lane.ts';

/**
 * A client and its connection. `@connections` finds the connection from the completed handshake
 * until its close.
 */
export interface Connection {
  readonly connectionId: string;
  readonly api: DeployedApi;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  lastActiveAt: number;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** The `Host` header that the client connected with. */
  readonly host: string;
  /** The result of the authorizer of `$connect`. It is in `requestContext` of every event. */
  authorizer: Readonly<Record<string, string | number>> | undefined;
  /** The members of `requestContext.identity` that IAM authorization adds. */
  caller: Readonly<Record<string, string>> | undefined;
  /** Undefined until the handshake is complete. */
  transport: Transport | undefined;
}

export interface Transport {
  readonly webSocket: WebSocket;
  /**
   * The socket under `ws`. Pushes are written to it directly, so that a frame is encoded once for
   * many clients.
   */
  readonly socket: Socket;
  /** The messages that the client has sent, and their responses. */
  readonly messages: MessageLane;
}

/**
 * The reason why a connection ended, in the words that API Gateway puts into `$disconnect` events.
 */
export interface Disconnect {
  readonly statusCode: number;
  readonly reason: string;
}

/** The reasons that API Gateway gives for connections that it closed itself. */
export const DISCONNECTS = {
  /** A caller of `@connections` deleted the connection. */
  deleted: { statusCode: 1000, reason: 'Connection Closed Normally' },
  /** The connection was idle for too long, or is older than two hours. */
  goingAway: { statusCode: 1001, reason: 'Going away' },
  binary: { statusCode: 1003, reason: 'Binary frames are not supported' },
  tooBig: { statusCode: 1009, reason: 'Message too long' },
  /** The client closed without a status code. */
  noStatus: { statusCode: 1005, reason: 'Client-side close frame status not set' },
  /** The connection went away without a close frame. */
  vanished: { statusCode: 1006, reason: 'Connection closed abnormally' },
} as const satisfies Record<string, Disconnect>;
