import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { now } from '../clock.ts';
import { matches, type Expectation } from '../settings/index.ts';
import { DirectReader, type MessageReceiver } from './direct-reader.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The time-out of the handshake, in ms. */
  readonly timeoutMs: number;
}

/** The way in which a connection ended. */
export interface Ending {
  /** The close code. 1006 if there was no close frame. */
  readonly code: number;
  /** Whether this side ended it. */
  readonly own: boolean;
  /**
   * The reason why the server broke the protocol. The client then closed the connection, as any
   * client does.
   */
  readonly fault: string | undefined;
  readonly at: number;
}

/** An error with a kind, by which errors are grouped. */
export class StepError extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

interface Waiter {
  readonly expected: Expectation;
  readonly found: (value: unknown, at: number) => void;
  readonly failed: (error: Error) => void;
}

/** Reads what arrives on a connection. */
export interface Reading {
  /** @returns the value that `expect` looks into */
  read(data: Buffer, at: number): unknown;
}

/** The most messages that are kept since the last `send` while no `expect` has taken them. */
const maximumUnread = 20;

/** A WebSocket connection. Compression is off, since arriving messages are counted and not unpacked. */
export class Connection implements MessageReceiver {
  readonly startedAt = now();
  openedAt = NaN;
  /** The time of the last send, in ms. Undefined if there was none since the last `hold`. */
  sentAt: number | undefined;
  ending: Ending | undefined;
  /** Whether the response to the first subscription on this connection has arrived. */
  ready = false;
  readonly #socket: WebSocket;
  readonly #reading: Reading;
  /**
   * Most connections wait for nothing most of the time, so these are made only when they are
   * needed.
   */
  #waiters: Set<Waiter> | undefined;
  #unread: { value: unknown; at: number }[] | undefined;
  readonly #endings = new Set<(ending: Ending) => void>();
  #own = false;
  #fault: string | undefined;

  /** @throws SyntaxError if the URL is not valid */
  constructor(options: ConnectionOptions, reading: Reading) {
    this.#reading = reading;
    const handshake = { handshakeTimeout: options.timeoutMs, headers: options.headers };
    this.#socket = new DirectReader(options.url, options.subprotocols, handshake, this).webSocket;
    this.#socket.on('close', (code) => {
      this.#end(code);
    });
    // 'close' follows each error. Before the handshake, `opened` reports it.
    this.#socket.on('error', ({ message }) => {
      this.#fault ??= message;
    });
  }

  /**
   * Resolves when the handshake is complete.
   *
   * @throws StepError whose kind has the status or the error's code
   */
  async opened(): Promise<void> {
    const socket = this.#socket;
    await new Promise<void>((done, failed) => {
      const fail = (kind: string, message: string): void => {
        this.#own = true;
        failed(new StepError(kind, message));
      };
      const onResponse = (request: ClientRequest, response: IncomingMessage): void => {
        response.resume();
        request.destroy();
        fail(
          `connect: HTTP ${response.statusCode ?? 0}`,
          `${socket.url} responded to the handshake with ${response.statusCode ?? 0}`,
        );
      };
      const broke = (error: NodeJS.ErrnoException): void => {
        const timedOut = error.message.includes('timed out');
        fail(
          `connect: ${error.code ?? (timedOut ? 'timed out' : error.message)}`,
          `no connection to ${socket.url}: ${error.message}`,
        );
      };
      socket.once('open', () => {
        this.openedAt = now();
        // Listeners for the handshake are removed, so that they are not kept while the connection
        // is open.
        socket.off('unexpected-response', onResponse);
        socket.off('error', broke);
        done();
      });
      socket.once('unexpected-response', onResponse);
      socket.once('error', broke);
    });
  }

  /** The subprotocol that the server chose. Empty if it chose none. */
  get subprotocol(): string {
    return this.#socket.protocol;
  }

  /** @throws StepError if the connection is not open */
  send(text: string): void {
    if (this.ending !== undefined || this.#socket.readyState !== WebSocket.OPEN) {
      throw new StepError('send: not connected', 'the connection is not open any more');
    }
    this.sentAt = now();
    this.#unread = undefined;
    this.#socket.send(text);
  }

  /**
   * Waits for a message that matches. A message that arrived since the last `send` counts too.
   *
   * @throws StepError if no such message arrives in time, or if the connection ends
   */
  async expect(expected: Expectation, timeoutMs: number): Promise<{ value: unknown; at: number }> {
    const index = this.#unread?.findIndex(({ value }) => matches(expected, value)) ?? -1;
    const [unread] = index < 0 ? [] : (this.#unread?.splice(index, 1) ?? []);
    if (unread !== undefined) return unread;
    if (this.ending !== undefined) throw this.#endedError(expected);
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        this.#forget(waiter);
        failed(
          new StepError(
            `expect: no ${expected.text}`,
            `no message with ${expected.text} came within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
      const waiter: Waiter = {
        expected,
        found: (value, at) => {
          clearTimeout(timer);
          done({ value, at });
        },
        failed: (error) => {
          clearTimeout(timer);
          failed(error);
        },
      };
      (this.#waiters ??= new Set()).add(waiter);
    });
  }

  /** Drops the messages that no `expect` has taken. */
  forgetUnread(): void {
    this.sentAt = undefined;
    this.#unread = undefined;
  }

  /** Resolves when the connection ends, whichever side ends it. */
  async ended(): Promise<Ending> {
    if (this.ending !== undefined) return this.ending;
    return new Promise((done) => {
      this.onEnd(done);
    });
  }

  /** Calls a function when the connection ends, unless the returned function was called before. */
  onEnd(ended: (ending: Ending) => void): () => void {
    this.#endings.add(ended);
    return () => {
      this.#endings.delete(ended);
    };
  }

  /** Stops reading, so that the server's buffers fill. */
  pause(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.resume();
  }

  /** Sends a close frame, and waits for the server's close frame (30 s at most, as `ws` does). */
  async close(code = 1000, reason = ''): Promise<void> {
    this.#own = true;
    this.#socket.close(code, reason);
    await this.ended();
  }

  /** Destroys the socket without a close frame, as if the machine lost its network. */
  vanish(): void {
    this.#own = true;
    this.#socket.terminate();
  }

  take(data: Buffer): void {
    const at = now();
    const value = this.#reading.read(data, at);
    if (this.#waiters !== undefined || this.sentAt !== undefined) this.#offer(value, at);
  }

  #offer(value: unknown, at: number): void {
    for (const waiter of this.#waiters ?? []) {
      if (!matches(waiter.expected, value)) continue;
      this.#forget(waiter);
      waiter.found(value, at);
      return;
    }
    if (this.sentAt === undefined) return;
    const unread = (this.#unread ??= []);
    if (unread.length < maximumUnread) unread.push({ value, at });
  }

  #end(code: number): void {
    if (this.ending !== undefined) return;
    this.ending = { code, own: this.#own, fault: this.#fault, at: now() };
    for (const waiter of this.#waiters ?? []) waiter.failed(this.#endedError(waiter.expected));
    this.#waiters = undefined;
    for (const done of this.#endings) done(this.ending);
    this.#endings.clear();
  }

  #forget(waiter: Waiter): void {
    this.#waiters?.delete(waiter);
    if (this.#waiters?.size === 0) this.#waiters = undefined;
  }

  #endedError(expected: Expectation): StepError {
    const code = this.ending?.code ?? 1006;
    return new StepError(
      `expect: connection closed (${code})`,
      `the connection was closed (${code}) before a message with ${expected.text} came`,
    );
  }
}
