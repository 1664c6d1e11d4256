import { WebSocket } from 'ws';
import type { Connection, Disconnect, Transport } from './connection.ts';
import { DISCONNECTS } from './connection.ts';
import type { WebSocketApiLimits } from './limits.ts';
import type { WriteBatch } from './write-batch.ts';

/** Told once of each connection that ended. */
export type EndListener = (connection: Connection, disconnect: Disconnect) => void;

/** The connections that are open, their lives and their ends. */
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

  /** The open connection with an id; one whose close frame has been seen is gone. */
  find(connectionId: string): Connection | undefined {
    const connection = this.#byId.get(connectionId);
    return connection?.transport?.webSocket.readyState === WebSocket.OPEN ? connection : undefined;
  }

  open(connection: Connection, transport: Transport): void {
    connection.transport = transport;
    this.#byId.set(connection.connectionId, connection);
  }

  /**
   * Writes an encoded frame to the client; false when too much waits for it already. A client that
   * does not read costs a bounded amount of memory.
   */
  send(connection: Connection, frame: Buffer): boolean {
    const socket = connection.transport?.socket;
    if (socket === undefined) return false;
    if (socket.writableLength + frame.length > this.#limits.bufferedBytes) return false;
    this.#writes.writeFrame(socket, frame);
    connection.lastActiveAt = Date.now();
    return true;
  }

  /** Closes a connection from our side. It is gone for `@connections` at once. */
  close(connection: Connection, disconnect: Disconnect): void {
    const webSocket = connection.transport?.webSocket;
    this.end(connection, disconnect);
    if (webSocket !== undefined) closeWebSocket(webSocket, disconnect);
  }

  /** Forgets a connection that ended, by whichever side. */
  end(connection: Connection, disconnect: Disconnect): void {
    if (!this.#byId.delete(connection.connectionId)) return;
    this.#onEnd(connection, disconnect);
  }

  /** Starts looking for connections that are idle or too old: one timer for all of them. */
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
      // A client whose message waits for us is not read, and so cannot show that it is there.
      const isIdle =
        now - connection.lastActiveAt >= idleMs && !connection.transport?.messages.isWaiting;
      if (isIdle || now - connection.connectedAt >= lifetimeMs) {
        this.close(connection, DISCONNECTS.goingAway);
      }
    }
  }
}

function closeWebSocket(webSocket: WebSocket, disconnect: Disconnect): void {
  // 1006 may not be sent (RFC 6455, section 7.4.1): it is a connection that just goes away.
  if (disconnect.statusCode === DISCONNECTS.vanished.statusCode) webSocket.terminate();
  else webSocket.close(disconnect.statusCode, disconnect.reason);
}
