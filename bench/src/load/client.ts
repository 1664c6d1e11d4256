import { WebSocket } from 'ws';

/** What a handshake may take; serverless-offline starts a thread for it when none is idle. */
const HANDSHAKE_TIMEOUT_MS = 30_000;

/** One WebSocket connection, whose messages go to one listener at a time. */
export interface Client {
  send(text: string): void;
  /** Replaces the listener; undefined: messages are dropped. */
  onMessage(listener: ((text: string) => void) | undefined): void;
  /** Sends a text and waits for the next message. */
  ask(text: string, timeoutMs: number): Promise<string>;
  /** Closes as browsers do; resolves when the server has answered. */
  close(): Promise<void>;
  drop(): void;
}

/**
 * Opens a connection.
 *
 * @throws Error when the handshake is refused or takes too long (30 s unless told)
 */
export async function connect(
  url: string,
  handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS,
): Promise<Client> {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout: handshakeTimeoutMs,
  });
  let listener: ((text: string) => void) | undefined;
  socket.on('message', (data: Buffer) => listener?.(data.toString()));
  await new Promise<void>((opened, failed) => {
    socket.once('open', opened);
    socket.once('error', failed);
  });
  // A server that dies resets its connections; the commands notice by missing answers.
  socket.on('error', () => undefined);

  return {
    send(text) {
      socket.send(text);
    },
    onMessage(next) {
      listener = next;
    },
    async ask(text, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const timer = setTimeout(() => {
        reject(new Error(`no answer within ${timeoutMs} ms`));
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
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.close(1000);
      await closed;
    },
    drop() {
      socket.terminate();
    },
  };
}
