import type { buildConnector, Client as ClientClass, Dispatcher } from 'undici';
import { errorOf, PostTimeoutError } from './errors.ts';
import type { SignedPost } from './signer.ts';
import { Client } from './undici.ts';

/** Is told how a post ended. */
export interface PostSink {
  /**
   * @param status the answer's, or 0 where there was none
   * @param error present unless the status is 2xx
   */
  onPosted(status: number, error: Error | undefined): void;
}

export interface LaneOptions {
  readonly origin: string;
  readonly postTimeoutMs: number;
  readonly connect: buildConnector.connector;
  /** A post is given up at the sweep after this many. */
  readonly sweepsPerTimeout: number;
  /** Called before the sink is told, so that the next post can take this lane. */
  readonly release: (lane: Lane) => void;
}

/** Enough of an error's body for its message (bytes). */
const MAX_ERROR_BODY = 4_096;

/**
 * One kept-alive connection and the handler of its posts. undici's `dispatch` with one handler
 * that is used again and again: no promise, stream or object a post.
 *
 * The time-out is ours, over the whole post: undici's are for the headers and between parts of the
 * body, a second coarse, and cost a timer a request.
 */
export class Lane implements Dispatcher.DispatchHandler {
  #client: ClientClass;
  readonly #options: LaneOptions;
  #sink: PostSink | undefined;
  #sweeps = 0;
  #abort: ((error: Error) => void) | undefined;
  #status = 0;
  #rawHeaders: readonly Buffer[] = [];
  #errorBody: Buffer[] = [];
  #errorBytes = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#client = newClient(options);
  }

  post({ path, headers }: SignedPost, body: Buffer, sink: PostSink): void {
    this.#sink = sink;
    this.#sweeps = 0;
    this.#status = 0;
    // What came of an answer that broke off is no part of the next one.
    this.#rawHeaders = [];
    this.#errorBody = [];
    this.#errorBytes = 0;
    this.#client.dispatch({ method: 'POST', path, headers, body }, this);
  }

  sweep(): void {
    if (this.#sink === undefined) return;
    this.#sweeps += 1;
    if (this.#sweeps <= this.#options.sweepsPerTimeout) return;
    const error = new PostTimeoutError(this.#options.postTimeoutMs);
    if (this.#abort === undefined) this.#startAnew(error);
    else this.#abort(error);
  }

  /**
   * Gives up a post that waits for a connection. undici has a time-out for that, and yet it can leave
   * a post waiting for ever: the next one of a client that was shown a certificate for another name.
   */
  #startAnew(error: Error): void {
    void this.#client.destroy(error);
    this.#client = newClient(this.#options);
    // After that of `destroy`, which tells those posts that it still knows.
    this.#fail(error);
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    this.#status = status;
    if (status >= 300) this.#rawHeaders = rawHeaders;
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#status >= 300 && this.#errorBytes < MAX_ERROR_BODY) {
      this.#errorBytes += chunk.length;
      this.#errorBody.push(chunk);
    }
    return true;
  }

  onComplete(): void {
    const status = this.#status;
    this.#settle(status, status < 300 ? undefined : this.#takeError());
  }

  onError(error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    // undici tells errors from inside its own loops (and from inside `dispatch`): the next post of
    // this lane must not start before it has finished with this one.
    queueMicrotask(() => {
      this.#settle(0, error);
    });
  }

  #settle(status: number, error: Error | undefined): void {
    const sink = this.#sink;
    // undici tells a post that is over of one more error when a sink throws.
    if (sink === undefined) return;
    this.#sink = undefined;
    this.#abort = undefined;
    this.#options.release(this);
    sink.onPosted(status, error);
  }

  #takeError(): Error {
    return errorOf({
      status: this.#status,
      requestId: this.#header('x-amzn-requestid'),
      errorType: this.#header('x-amzn-errortype'),
      body: Buffer.concat(this.#errorBody).toString(),
    });
  }

  #header(name: string): string | undefined {
    for (let index = 0; index < this.#rawHeaders.length; index += 2) {
      if (this.#rawHeaders[index]?.toString().toLowerCase() === name) {
        return this.#rawHeaders[index + 1]?.toString();
      }
    }
    return undefined;
  }
}

function newClient({ origin, connect }: LaneOptions): ClientClass {
  return new Client(origin, { connect, headersTimeout: 0, bodyTimeout: 0 });
}
