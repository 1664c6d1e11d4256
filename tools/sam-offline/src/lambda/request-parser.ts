import { SamOfflineError } from '../sam-offline-error.ts';

/** The request line and the headers of a request. */
export interface RequestHead {
  readonly method: string;
  /** The path and the query string, as they were received. */
  readonly path: string;
  /** The headers by their lower-case names. They include the trailers of a chunked body. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Gives a function that gets the bytes of a request's body as they arrive; undefined if the body is
 * kept.
 */
export type StreamOf = (head: RequestHead) => ((chunk: Buffer) => void) | undefined;

/** A complete request of the Lambda Runtime API. */
export interface HttpRequest extends RequestHead {
  /** The body, cut to `maximumBodyBytes`. */
  readonly body: Buffer;
  /**
   * The number of bytes that the client sent. It is larger than the size of `body` if bytes were
   * dropped.
   */
  readonly bodyBytes: number;
  /** True if the body was passed on as it arrived. `body` is then empty. */
  readonly isStreamed: boolean;
}

/**
 * The maximum size of the request line and the headers, in bytes. It is large because a header may
 * contain an X-Ray error cause.
 */
const MAXIMUM_HEAD_BYTES = 256 * 1024;
const HEAD_END = '\r\n\r\n';
const NO_BYTES = Buffer.alloc(0);

/** The bytes are not valid HTTP/1.1, or use a part of it that is not supported here. */
export class MalformedRequestError extends SamOfflineError {}

interface Head {
  readonly method: string;
  readonly path: string;
  readonly headers: Map<string, string>;
}

/**
 * Splits a stream of bytes into requests. Bodies have a length, or are chunked and may have
 * trailers.
 */
export class RequestParser {
  readonly #maximumBodyBytes: number;
  readonly #streamOf: StreamOf | undefined;
  #input: Buffer = NO_BYTES;
  #head: Head | undefined;
  #body: BodyReader | undefined;

  constructor(maximumBodyBytes: number, streamOf?: StreamOf) {
    this.#maximumBodyBytes = maximumBodyBytes;
    this.#streamOf = streamOf;
  }

  push(chunk: Buffer): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
  }

  /** Gives the next complete request, or undefined if more bytes are needed. */
  next(): HttpRequest | 'expect-continue' | undefined {
    if (this.#head === undefined) {
      const end = this.#input.indexOf(HEAD_END);
      if (end === -1) {
        if (this.#input.length > MAXIMUM_HEAD_BYTES) throw new MalformedRequestError();
        return undefined;
      }
      const head = parseHead(this.#input.toString('latin1', 0, end));
      this.#input = this.#input.subarray(end + HEAD_END.length);
      const body = bodyReader(head, this.#maximumBodyBytes, this.#streamOf);
      if (body === undefined) return { ...head, body: NO_BYTES, bodyBytes: 0, isStreamed: false };
      this.#head = head;
      this.#body = body;
      if (head.headers.get('expect')?.toLowerCase() === '100-continue' && !body.hasAll(this.#input))
        return 'expect-continue';
    }
    if (this.#body === undefined) return undefined;
    const { used, done } = this.#body.read(this.#input, this.#head.headers);
    this.#input = used === this.#input.length ? NO_BYTES : this.#input.subarray(used);
    if (!done) return undefined;
    const { bytes: bodyBytes, isStreamed } = this.#body;
    const request = { ...this.#head, body: this.#body.body(), bodyBytes, isStreamed };
    this.#head = undefined;
    this.#body = undefined;
    return request;
  }
}

function parseHead(text: string): Head {
  const lineEnd = text.indexOf('\r\n');
  const requestLine = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const [method, path, version] = requestLine.split(' ');
  if (method === undefined || path === undefined || version?.startsWith('HTTP/1.') !== true) {
    throw new MalformedRequestError();
  }
  return { method, path, headers: parseHeaders(text, lineEnd === -1 ? text.length : lineEnd + 2) };
}

/** Parses the header lines from the index `start`. */
function parseHeaders(text: string, start: number): Map<string, string> {
  const headers = new Map<string, string>();
  while (start < text.length) {
    let end = text.indexOf('\r\n', start);
    if (end === -1) end = text.length;
    const colon = text.indexOf(':', start);
    if (colon === -1 || colon > end) throw new MalformedRequestError();
    headers.set(text.slice(start, colon).toLowerCase(), text.slice(colon + 1, end).trim());
    start = end + 2;
  }
  return headers;
}

/** Reads one body. */
interface BodyReader {
  /** The number of bytes read so far, including dropped ones. */
  readonly bytes: number;
  readonly isStreamed: boolean;
  /**
   * Reads from the input. `used` is the number of bytes that were read. Trailers are added to
   * `headers`.
   */
  read(input: Buffer, headers: Map<string, string>): { used: number; done: boolean };
  /** Tells whether the input contains the complete body. */
  hasAll(input: Buffer): boolean;
  body(): Buffer;
}

function bodyReader(
  head: Head,
  maximumBytes: number,
  streamOf: StreamOf | undefined,
): BodyReader | undefined {
  const { headers } = head;
  if (headers.get('transfer-encoding')?.toLowerCase().includes('chunked') === true) {
    return new ChunkedBody(maximumBytes, streamOf?.(head));
  }
  const length = headers.get('content-length');
  if (length === undefined || length === '0') return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new MalformedRequestError();
  return new SizedBody(Number(length), maximumBytes, streamOf?.(head));
}

/** Keeps the bytes of a body up to a limit, or passes them on. */
class BodyBytes {
  readonly #maximumBytes: number;
  readonly #stream: ((chunk: Buffer) => void) | undefined;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  bytes = 0;

  constructor(maximumBytes: number, stream: ((chunk: Buffer) => void) | undefined) {
    this.#maximumBytes = maximumBytes;
    this.#stream = stream;
  }

  get isStreamed(): boolean {
    return this.#stream !== undefined;
  }

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#stream !== undefined) {
      this.#stream(chunk);
      return;
    }
    const room = this.#maximumBytes - this.#kept;
    if (room <= 0) return;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#kept += kept.length;
    this.#chunks.push(kept);
  }

  body(): Buffer {
    const [first = NO_BYTES] = this.#chunks;
    return this.#chunks.length <= 1 ? first : Buffer.concat(this.#chunks);
  }
}

class SizedBody extends BodyBytes implements BodyReader {
  readonly #length: number;

  constructor(length: number, maximumBytes: number, stream: ((chunk: Buffer) => void) | undefined) {
    super(maximumBytes, stream);
    this.#length = length;
  }

  hasAll(input: Buffer): boolean {
    return input.length >= this.#length;
  }

  read(input: Buffer): { used: number; done: boolean } {
    const used = Math.min(input.length, this.#length - this.bytes);
    if (used > 0) this.add(used === input.length ? input : input.subarray(0, used));
    return { used, done: this.bytes === this.#length };
  }
}

class ChunkedBody extends BodyBytes implements BodyReader {
  /** The number of bytes of the current chunk that are still missing. */
  #remaining = 0;
  #part: 'size' | 'data' | 'data-end' | 'trailers' = 'size';

  hasAll(): boolean {
    return false;
  }

  read(input: Buffer, headers: Map<string, string>): { used: number; done: boolean } {
    let used = 0;
    for (;;) {
      if (this.#part === 'data') {
        const take = Math.min(this.#remaining, input.length - used);
        if (take > 0) this.add(input.subarray(used, used + take));
        used += take;
        this.#remaining -= take;
        if (this.#remaining > 0) return { used, done: false };
        this.#part = 'data-end';
      }
      // The other parts are lines: the end of a chunk, the size of the next one, and trailers.
      const lineEnd = input.indexOf('\r\n', used);
      if (lineEnd === -1) {
        if (input.length - used > MAXIMUM_HEAD_BYTES) throw new MalformedRequestError();
        return { used, done: false };
      }
      const line = input.toString('latin1', used, lineEnd);
      used = lineEnd + 2;
      if (this.#part === 'data-end') {
        if (line !== '') throw new MalformedRequestError();
        this.#part = 'size';
      } else if (this.#part === 'size') {
        if (!/^[\da-f]{1,8}\s*(;|$)/i.test(line)) throw new MalformedRequestError();
        this.#remaining = Number.parseInt(line, 16);
        this.#part = this.#remaining === 0 ? 'trailers' : 'data';
      } else if (line === '') {
        return { used, done: true };
      } else {
        for (const [name, value] of parseHeaders(line, 0)) headers.set(name, value);
      }
    }
  }
}
