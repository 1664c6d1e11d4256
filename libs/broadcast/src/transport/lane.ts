import type { Socket } from 'node:net';
import { readResponse, type PushResponse } from './response.ts';
import { errorOf, PushTimeoutError } from './errors.ts';

/** Receives the outcome of a push. */
export interface PushSink {
  /**
   * @param status the status of the response, or 0 when no response came
   * @param error present unless the status is 2xx
   */
  onPushed(status: number, error: Error | undefined): void;
}

export interface LaneOptions {
  readonly pushTimeoutMs: number;
  /**
   * Begins to connect; what is written meanwhile is sent once the connection is open. `onText` gets
   * the bytes that come, as text with one character a byte (latin1).
   */
  readonly connect: (onText: (text: string) => void) => Socket;
  /** A push times out after this many sweeps. */
  readonly sweepsPerTimeout: number;
  /** Called before the sink, so that the next push can take this lane. */
  readonly release: (lane: Lane) => void;
}

/**
 * A connection that was idle for longer is not used again (milliseconds, as in the AWS SDK for Java):
 * the other end may have closed it while Lambda had frozen the process, which could not notice. If
 * the other end closed it sooner than this, the push fails with a reset and is tried again.
 */
const MAX_IDLE_MS = 60_000;

/**
 * One kept-alive HTTP/1.1 connection with one push at a time under way. A push is one write and one
 * response; it makes no promise, stream or timer. Unless the response is complete and leaves the
 * connection open, the next push gets a new connection.
 *
 * Pushes are not pipelined: RFC 9112 (section 9.3.2) advises against it for methods that are not
 * idempotent, and whether `@connections` would work on them side by side is not documented.
 */
export class Lane {
  readonly #options: LaneOptions;
  #socket: Socket | undefined;
  #sink: PushSink | undefined;
  #received = '';
  #sweeps = 0;
  #idleSince = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** @param request the complete request, one character a byte (latin1) */
  push(request: string, sink: PushSink): void {
    this.#sink = sink;
    this.#sweeps = 0;
    this.#received = '';
    if (Date.now() - this.#idleSince > MAX_IDLE_MS) this.#disconnect();
    this.#socket ??= this.#connect();
    this.#socket.ref();
    this.#socket.write(request, 'latin1');
  }

  /** Ends a push that takes too long, also one whose connection is still being opened. */
  sweep(): void {
    if (this.#sink === undefined) return;
    this.#sweeps += 1;
    if (this.#sweeps <= this.#options.sweepsPerTimeout) return;
    this.#fail(new PushTimeoutError(this.#options.pushTimeoutMs));
  }

  /** Ends the connection; a push under way fails. */
  close(): void {
    this.#fail(new Error('the transport is closed'));
  }

  #connect(): Socket {
    const socket = this.#options.connect((text) => {
      if (isCurrent()) this.#receive(text);
    });
    // Late events of a socket that is not used any more do not belong to the current push.
    const isCurrent = (): boolean => this.#socket === socket;
    socket.on('error', (error) => {
      if (isCurrent()) this.#fail(error);
    });
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        if (isCurrent()) this.#end();
      });
    }
    return socket;
  }

  #receive(text: string): void {
    this.#received += text;
    // No push is under way: these bytes could be taken for the response to the next push.
    if (this.#sink === undefined) this.#disconnect();
    else this.#read(false);
  }

  #end(): void {
    this.#disconnect();
    if (this.#sink === undefined || this.#read(true)) return;
    const error = new Error('the endpoint closed the connection');
    this.#fail(Object.assign(error, { code: 'ECONNRESET' }));
  }

  /** Whether the push is over; its sink may have started the next one then. */
  #read(ended: boolean): boolean {
    let response: PushResponse | undefined;
    try {
      response = readResponse(this.#received, ended);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      return true;
    }
    if (response === undefined) return false;
    if (!response.keepAlive) this.#disconnect();
    this.#settle(response.status, response.status < 300 ? undefined : errorOf(response));
    return true;
  }

  #fail(error: Error): void {
    this.#disconnect();
    this.#settle(0, error);
  }

  #disconnect(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }

  #settle(status: number, error: Error | undefined): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#sink = undefined;
    this.#idleSince = Date.now();
    this.#socket?.unref();
    this.#options.release(this);
    sink.onPushed(status, error);
  }
}
