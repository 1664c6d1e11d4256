import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { DeployedApi } from './deployed-api.ts';
import type { MessageLane } from './message-lane.ts';

/** One client. It exists for `@connections` from the completed handshake until its close. */
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
  /** What authorized `$connect`; goes into `requestContext` of every event. */
  authorizer: Readonly<Record<string, string | number>> | undefined;
  /** IAM's part of `requestContext.identity`. */
  caller: Readonly<Record<string, string>> | undefined;
  /** Set when the handshake is complete. */
  transport: Transport | undefined;
}

export interface Transport {
  readonly webSocket: WebSocket;
  /** The socket under `ws`. Frames of pushes go straight to it, encoded once for many clients. */
  readonly socket: Socket;
  /** The messages that the client has sent, and their responses. */
  readonly messages: MessageLane;
}

/** Why a connection ended, in the words that API Gateway puts into `$disconnect` events. */
export interface Disconnect {
  readonly statusCode: number;
  readonly reason: string;
}

/** What API Gateway says of a connection that it closed itself. */
export const DISCONNECTS = {
  /** `DELETE @connections`. */
  deleted: { statusCode: 1000, reason: 'Connection Closed Normally' },
  /** Idle for too long, or older than two hours. */
  goingAway: { statusCode: 1001, reason: 'Going away' },
  binary: { statusCode: 1003, reason: 'Binary frames are not supported' },
  tooBig: { statusCode: 1009, reason: 'Message too long' },
  /** The client closed without a status code. */
  noStatus: { statusCode: 1005, reason: 'Client-side close frame status not set' },
  /** The connection went away without a close frame. */
  vanished: { statusCode: 1006, reason: 'Connection closed abnormally' },
} as const satisfies Record<string, Disconnect>;
