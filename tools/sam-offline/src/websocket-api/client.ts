import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Connection, Disconnect } from './connection.ts';
import { DISCONNECTS } from './connection.ts';
import { FrameSizeGuard } from './frames.ts';
import type { Gateway } from './gateway.ts';
import { MessageLane } from './message-lane.ts';
import { receiveMessage } from './messages.ts';

/** Connects the events of an accepted WebSocket with its connection. */
export function attachClient(
  gateway: Gateway,
  connection: Connection,
  webSocket: WebSocket,
  socket: Socket,
): void {
  const { registry } = gateway;
  const isOpen = (): boolean => registry.find(connection.connectionId) === connection;
  const guard = new FrameSizeGuard(gateway.limits.frameBytes);
  const messages = new MessageLane(webSocket, gateway.messageLoad);
  registry.open(connection, { webSocket, socket, messages });

  // This listener is added before the one of `ws`, so that a frame that is too big is seen before
  // `ws` reads it.
  socket.prependListener('data', (chunk: Buffer) => {
    if (isOpen() && !guard.accepts(chunk)) registry.close(connection, DISCONNECTS.tooBig);
  });
  webSocket.on('message', (data, isBinary) => {
    if (!isOpen()) return;
    if (isBinary) {
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
      registry.close(connection, DISCONNECTS.binary);
      return;
    }
    receiveMessage(gateway, connection, messages, toText(data));
  });
  webSocket.on('ping', (data) => {
    if (!isOpen()) return;
    connection.lastActiveAt = Date.now();
    if (socket.writableLength > gateway.limits.bufferedBytes) {
      registry.close(connection, DISCONNECTS.vanished);
    } else {
      webSocket.pong(data);
    }
  });
  webSocket.on('error', (error: Error & { readonly code?: string }) => {
    registry.end(connection, protocolViolation(error));
  });
  webSocket.on('close', (code, reason) => {
    registry.end(connection, closedByClient(code, reason.toString()));
  });
}

/** `ws` gives one buffer for each message by default. Its types have the other forms too. */
function toText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString('utf8');
}

function closedByClient(code: number, reason: string): Disconnect {
  if (code === DISCONNECTS.noStatus.statusCode) return DISCONNECTS.noStatus;
  if (code === DISCONNECTS.vanished.statusCode) return DISCONNECTS.vanished;
  return { statusCode: code, reason };
}

/** `ws` has already sent the close frame when it reports one of these errors. */
function protocolViolation(error: Error & { readonly code?: string }): Disconnect {
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return DISCONNECTS.tooBig;
    case 'WS_ERR_INVALID_UTF8':
      return { statusCode: 1007, reason: error.message };
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return { statusCode: 1008, reason: error.message };
    default:
      return error.code?.startsWith('WS_ERR_') === true
        ? { statusCode: 1002, reason: error.message }
        : DISCONNECTS.vanished;
  }
}
