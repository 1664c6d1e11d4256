import { offeredSubprotocols } from '@blogapp/shared-types';
import { WebSocket } from 'ws';

const HANDSHAKE_TIMEOUT_MS = 30_000;

/** One WebSocket connection. Its messages go to one listener at a time; it keeps none of them. */
export interface Connection {
  /** Whether the connection is open now. */
  readonly isOpen: boolean;
  /** The subprotocol that the server chose; empty when it chose none. */
  readonly protocol: string;
  send(text: string): void;
  /** Replaces the listener. When it is undefined, messages are dropped. */
  onMessage(listener: ((text: string) => void) | undefined): void;
  /**
   * Sends a text and waits for the next message. It replaces the listener.
   *
   * @throws Error when none comes within `timeoutMs`
   */
  ask(text: string, timeoutMs: number): Promise<string>;
  /** Closes as browsers do (code 1000); resolves when the connection is closed. */
  close(): Promise<void>;
  /** Ends the connection without a closing handshake. */
  drop(): void;
}

export interface ConnectOptions {
  /** Signs in with this ID token. Without one, the client is anonymous and offers no subprotocol. */
  readonly idToken?: string;
  /** The time for the handshake (ms); 30,000 by default. */
  readonly handshakeTimeoutMs?: number | undefined;
}

/** The server responded to the handshake with another status than 101. */
export class HandshakeRefusedError extends Error {
  override readonly name = 'HandshakeRefusedError';
  readonly status: number;

  constructor(url: string, status: number) {
    super(`the handshake at ${url} was refused with status ${status}`);
    this.status = status;
  }
}

/**
 * Opens a connection.
 *
 * @throws HandshakeRefusedError
 * @throws Error when nothing listens at the address, or the handshake takes too long
 */
export async function connect(
  url: string,
  { idToken, handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS }: ConnectOptions = {},
): Promise<Connection> {
  const socket = new WebSocket(url, idToken === undefined ? [] : offeredSubprotocols(idToken), {
    perMessageDeflate: false,
    handshakeTimeout: handshakeTimeoutMs,
  });
  // A server that dies resets its connections. A caller that waits for a message gets an error.
  socket.on('error', () => undefined);
  let listener: ((text: string) => void) | undefined;
  socket.on('message', (data: Buffer) => listener?.(data.toString()));
  await new Promise<void>((opened, failed) => {
    socket.once('open', opened);
    socket.once('error', failed);
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
      failed(new HandshakeRefusedError(url, statusCode));
      socket.terminate();
    });
  });

  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    get protocol() {
      return socket.protocol;
    },
    send(text) {
      socket.send(text);
    },
    onMessage(next) {
      listener = next;
    },
    async ask(text, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const timer = setTimeout(() => {
        reject(new Error(`no message within ${timeoutMs} ms`));
      }, timeoutMs);
      listener = resolve;
      socket.send(text);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        listener = undefined;
      }
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.close(1000);
      await closed;
    },
    drop() {
      socket.terminate();
    },
  };
}
