import { WebSocket } from 'ws';
import type { Connection, Disconnect, Transport } from './connection.ts';
import { DISCONNECTS } from './connection.ts';
import type { WebSocketApiLimits } from './limits.ts';
import type { WriteBatch } from './write-batch.ts';

/** Is called once for each connection that ended. */
export type EndListener = (connection: Connection, disconnect: Disconnect) => void;

/** The open connections. It closes those that are idle or too old, and reports the end of each. */
export class ConnectionRegistry implements Iterable<Connection> {
  readonly #byId = new Map<string, Connection>();
  readonly #limits: WebSocketApiLimits;
  readonly #writes: WriteBatch;
  readonly #onEnd: EndListener;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(limits: WebSocketApiLimits, writes: WriteBatch, onEnd: EndListener) {
    this.#limits = limits;
    this.#writes = writes;
    this.#onEnd = onEnd;
  }

  /** How many connections are open. */
  get size(): number {
    return this.#byId.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#byId.values();
  }

  /**
   * Finds an open connection by its id. A connection whose close frame has been received is not
   * found any more.
   */
  find(connectionId: string): Connection | undefined {
    const connection = this.#byId.get(connectionId);
    return connection?.transport?.webSocket.readyState === WebSocket.OPEN ? connection : undefined;
  }

  open(connection: Connection, transport: Transport): void {
    connection.transport = transport;
    this.#byId.set(connection.connectionId, connection);
  }

  /**
   * Writes an encoded frame to the client, so that a client that does not read costs a limited
   * amount of memory.
   *
   * @returns false if too many bytes already wait for the client
   */
  send(connection: Connection, frame: Buffer): boolean {
    const socket = connection.transport?.socket;
    if (socket === undefined) return false;
    if (socket.writableLength + frame.length > this.#limits.bufferedBytes) return false;
    this.#writes.writeFrame(socket, frame);
    connection.lastActiveAt = Date.now();
    return true;
  }

  /**
   * Closes a connection from the server's side. `@connections` does not find it any more from then
   * on.
   */
  close(connection: Connection, disconnect: Disconnect): void {
    const webSocket = connection.transport?.webSocket;
    this.end(connection, disconnect);
    if (webSocket !== undefined) closeWebSocket(webSocket, disconnect);
  }

  /** Removes a connection that ended, whichever side ended it. */
  end(connection: Connection, disconnect: Disconnect): void {
    if (!this.#byId.delete(connection.connectionId)) return;
    this.#onEnd(connection, disconnect);
  }

  /** Starts to look for connections that are idle or too old, with one timer for all of them. */
  startSweeping(): void {
    const { idleMs, lifetimeMs } = this.#limits;
    const everyMs = Math.max(10, Math.min(1000, idleMs / 4, lifetimeMs / 4));
    this.#sweeper = setInterval(() => {
      this.#sweep(Date.now());
    }, everyMs).unref();
  }

  stopSweeping(): void {
    clearInterval(this.#sweeper);
  }

  #sweep(now: number): void {
    const { idleMs, lifetimeMs } = this.#limits;
    for (const connection of this.#byId.values()) {
      // While a client's message waits for an execution environment, the client is not read, so it
      // cannot show that it is active.
      const isIdle =
        now - connection.lastActiveAt >= idleMs && !connection.transport?.messages.isWaiting;
      if (isIdle || now - connection.connectedAt >= lifetimeMs) {
        this.close(connection, DISCONNECTS.goingAway);
      }
    }
  }
}

function closeWebSocket(webSocket: WebSocket, disconnect: Disconnect): void {
  // A close frame must not have the code 1006 (RFC 6455, section 7.4.1), so this connection is cut.
  if (disconnect.statusCode === DISCONNECTS.vanished.statusCode) webSocket.terminate();
  else webSocket.close(disconnect.statusCode, disconnect.reason);
}
