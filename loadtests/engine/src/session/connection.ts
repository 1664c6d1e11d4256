import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import { now } from '../clock.ts';
import { matches, type Expectation } from '../settings/index.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** For the handshake, ms. */
  readonly timeoutMs: number;
}

/** How a connection ended. */
export interface Ending {
  /** The close code; 1006 where there was no close frame. */
  readonly code: number;
  /** We ended it. */
  readonly own: boolean;
  readonly at: number;
}

/** An error with a kind that errors are grouped by. */
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

/** 'close' follows each error; before the handshake, `opened` reports it. */
function ignore(): void {
  // Nothing is to be done.
}

/** So many messages are kept that came since the last `send` and that no `expect` has taken. */
const maximumUnread = 20;

/**
 * One WebSocket connection. Compression is off (what arrives is to be counted, not unpacked), and so is
 * the check that texts are UTF-8, which `JSON.parse` makes anyway.
 */
export class Connection {
  readonly startedAt = now();
  openedAt = NaN;
  /** When something was last sent, ms. */
  sentAt = NaN;
  ending: Ending | undefined;
  /** The response to the first subscription on this connection has come. */
  ready = false;
  readonly #socket: WebSocket;
  /** Most connections wait for nothing most of the time: these are made when they are needed. */
  #waiters: Set<Waiter> | undefined;
  #unread: { value: unknown; at: number }[] | undefined;
  readonly #endings = new Set<(ending: Ending) => void>();
  #own = false;

  /**
   * @param read reads what arrived, and returns the value that `expect` looks into
   * @throws SyntaxError when the URL is not valid
   */
  constructor(options: ConnectionOptions, read: (data: Buffer, at: number) => unknown) {
    this.#socket = new WebSocket(options.url, [...options.subprotocols], {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: options.timeoutMs,
      headers: options.headers,
    });
    this.#socket.on('message', (data: RawData) => {
      const at = now();
      const value = read(data as Buffer, at);
      if (this.#waiters !== undefined || !Number.isNaN(this.sentAt)) this.#offer(value, at);
    });
    this.#socket.on('close', (code) => {
      this.#end(code);
    });
    this.#socket.on('error', ignore);
  }

  /** @throws StepError with the status or the error's code in its kind */
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
        // What can only happen before is not kept for as long as the connection is open.
        socket.off('unexpected-response', onResponse);
        socket.off('error', broke);
        done();
      });
      socket.once('unexpected-response', onResponse);
      socket.once('error', broke);
    });
  }

  /** The protocol that the server chose; empty without one. */
  get subprotocol(): string {
    return this.#socket.protocol;
  }

  /** @throws StepError when the connection is not open */
  send(text: string): void {
    if (this.ending !== undefined || this.#socket.readyState !== WebSocket.OPEN) {
      throw new StepError('send: not connected', 'the connection is not open any more');
    }
    this.sentAt = now();
    this.#unread = undefined;
    this.#socket.send(text);
  }

  /**
   * Waits for a message that matches; one that came since the last `send` counts.
   *
   * @throws StepError when none comes in time, or the connection ends
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

  /** Forgets the messages that no `expect` has taken. */
  forgetUnread(): void {
    this.sentAt = NaN;
    this.#unread = undefined;
  }

  /** Resolves when the connection ends, whoever ends it. */
  async ended(): Promise<Ending> {
    if (this.ending !== undefined) return this.ending;
    return new Promise((done) => {
      this.onEnd(done);
    });
  }

  /** Calls back when the connection ends, unless the returned function was called before. */
  onEnd(ended: (ending: Ending) => void): () => void {
    this.#endings.add(ended);
    return () => {
      this.#endings.delete(ended);
    };
  }

  /** Reads nothing any more: the server's buffers fill. */
  pause(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.resume();
  }

  /** Closes with a close frame, and waits for the server's close frame (30 s at most, as `ws` does). */
  async close(code = 1000, reason = ''): Promise<void> {
    this.#own = true;
    this.#socket.close(code, reason);
    await this.ended();
  }

  /** Destroys the socket without a close frame, as when a machine loses its network. */
  vanish(): void {
    this.#own = true;
    this.#socket.terminate();
  }

  #offer(value: unknown, at: number): void {
    for (const waiter of this.#waiters ?? []) {
      if (!matches(waiter.expected, value)) continue;
      this.#forget(waiter);
      waiter.found(value, at);
      return;
    }
    if (Number.isNaN(this.sentAt)) return;
    const unread = (this.#unread ??= []);
    if (unread.length < maximumUnread) unread.push({ value, at });
  }

  #end(code: number): void {
    if (this.ending !== undefined) return;
    this.ending = { code, own: this.#own, at: now() };
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
