import net from 'node:net';
import tls from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { RecentMessages, viewOf } from './recent-messages.ts';

/**
 * The buffer into which all sockets of a thread read. Its content is processed before anything else
 * is read.
 */
const shared = Buffer.allocUnsafeSlow(65_536);
const sharedView = viewOf(shared);
/** The messages that a thread's connections have received last. */
const recent = new RecentMessages();

/** The first byte of a text message that is one frame: FIN and opcode 1 (RFC 6455, section 5.2). */
const wholeText = 0x81;
const fin = 0x80;
const masked = 0x80;
/**
 * Opcodes from this one on are control frames, which may come between the fragments of a message.
 */
const firstControl = 0x8;
const lineFeed = 0x0a;

/** The options that `http.request` and `https.request` pass to `createConnection`. */
type Target = net.TcpNetConnectOpts & tls.ConnectionOptions;

/** Gets the messages of a connection. It is an object because a closure takes more memory. */
export interface MessageReceiver {
  /**
   * Is called with each message, in order. A message with the same bytes as a recent one may be the
   * same buffer. Its content never changes.
   */
  take(message: Buffer): void;
}

/**
 * A `WebSocket` whose ordinary messages are read directly from the socket: text frames that are
 * complete in one read. Nearly all messages that a server pushes are such frames. `ws` reads
 * through two streams, with a new buffer for each read, which is half of the cost of reading a
 * message (`npm run bench -- load-generator`).
 *
 * `ws` makes the handshake, sends, and closes. It gets the bytes of all other frames: control
 * frames, fragments, binary messages, frames that are split over several reads, and frames that
 * break the protocol. So only `ws` decides what is wrong, and with which code the connection is
 * closed.
 */
export class DirectReader {
  readonly webSocket: WebSocket;
  readonly #receiver: MessageReceiver;
  /**
   * Whether frames can be read here and `ws` has nothing left to read. It is one field, because the
   * state of thousands of connections is not in the processor's cache, and each object costs time.
   */
  #direct = false;
  #socket: net.Socket | undefined;
  /**
   * Whether the positions of frames are known. They are after the end of the handshake's response
   * was found.
   */
  #inStep = false;
  /** The beginning of a frame whose length is not known yet. */
  #head: Buffer | undefined;
  /** How many bytes are still to come of a frame that `ws` reads. */
  #left = 0;
  /** Whether `ws` has fragments of a message whose last fragment has not come. */
  #fragmented = false;

  /**
   * Begins to connect, without compression.
   *
   * @throws SyntaxError if the URL is not valid
   */
  constructor(
    url: string,
    subprotocols: readonly string[],
    options: ClientOptions,
    receiver: MessageReceiver,
  ) {
    this.#receiver = receiver;
    const secure = /^(?:wss|https):/i.test(url);
    this.webSocket = new WebSocket(url, [...subprotocols], {
      ...options,
      perMessageDeflate: false,
      createConnection: ((target: Target) =>
        this.#connect(target, secure)) as typeof net.createConnection,
    });
    this.webSocket.on('message', (data) => {
      const message = data as Buffer;
      // A binary message need not be UTF-8.
      receiver.take(recent.read(message, viewOf(message), 0, message.length) ?? message);
    });
  }

  /**
   * Connects as `ws` does, but with `onread`:
   * https://nodejs.org/api/net.html#socketconnectoptions-connectlistener
   */
  #connect(target: Target, secure: boolean): net.Socket {
    const { host = '', servername = net.isIP(host) === 0 ? host : '' } = target;
    // `http` made this object for this call, so it need not be copied. It has put the path of the
    // request here, which `net` would use as the path of a UNIX socket.
    const options = Object.assign(target, {
      path: undefined,
      onread: { buffer: shared, callback: (length: number) => this.#read(length) },
    });
    this.#socket = secure
      ? tls.connect(Object.assign(options, { servername }))
      : net.connect(options);
    return this.#socket;
  }

  /** @returns false if the socket has to wait until `ws` has read what it got */
  #read(length: number): boolean {
    if (this.#direct) return this.#frames(shared, sharedView, 0, length);
    const { readyState } = this.webSocket;
    if (readyState === WebSocket.CONNECTING) return this.#handshake(length);
    // While the connection closes, and when frames cannot be told apart, `ws` reads all bytes.
    if (readyState !== WebSocket.OPEN || !this.#inStep) return this.#pass(shared, 0, length);
    // If `ws` still has data, it also reads what follows. So messages stay in order, and an error
    // that it finds comes after them.
    this.#direct = this.#left === 0 && this.#socket?.readableLength === 0;
    if (this.#head === undefined) return this.#frames(shared, sharedView, 0, length);
    const bytes = Buffer.concat([this.#head, shared.subarray(0, length)]);
    this.#head = undefined;
    return this.#frames(bytes, viewOf(bytes), 0, bytes.length);
  }

  /** `ws` gets the response up to its end, and opens at that moment. Frames follow. */
  #handshake(length: number): boolean {
    let at = 0;
    let more = true;
    while (at < length && this.webSocket.readyState === WebSocket.CONNECTING) {
      const end = endOfHeaders(shared, at, length);
      more = this.#pass(shared, at, end);
      at = end;
    }
    this.#inStep = this.webSocket.readyState === WebSocket.OPEN;
    if (at === length) return more;
    if (!this.#inStep) return this.#pass(shared, at, length);
    this.#direct = this.#socket?.readableLength === 0;
    return this.#frames(shared, sharedView, at, length);
  }

  #frames(bytes: Buffer, view: DataView, from: number, end: number): boolean {
    let at = from;
    let more = true;
    while (at < end) {
      if (this.#left === 0) {
        const payloadAt = at + headLength(bytes, at, end);
        if (payloadAt > end) {
          this.#head = Buffer.from(bytes.subarray(at, end));
          this.#direct = false;
          return more;
        }
        const frameEnd = payloadAt + payloadLength(bytes, at);
        const message =
          this.#direct && frameEnd <= end && this.#isOrdinary(bytes, at)
            ? recent.read(bytes, view, payloadAt, frameEnd)
            : undefined;
        if (message !== undefined) {
          // The receiver of a message may have destroyed the socket. Then the rest of the read is
          // dropped.
          if (this.#socket?.destroyed === false) this.#receiver.take(message);
          at = frameEnd;
          continue;
        }
        this.#note(bytes[at] ?? 0);
        this.#left = frameEnd - at;
      }
      const part = Math.min(this.#left, end - at);
      more = this.#pass(bytes, at, at + part);
      this.#left -= part;
      at += part;
    }
    return more;
  }

  /** Whether the frame at `at` is a whole text message of a server. */
  #isOrdinary(bytes: Buffer, at: number): boolean {
    return bytes[at] === wholeText && ((bytes[at + 1] ?? 0) & masked) === 0 && !this.#fragmented;
  }

  #note(first: number): void {
    if ((first & 0x0f) < firstControl) this.#fragmented = (first & fin) === 0;
  }

  /**
   * Gives bytes to `ws`, as if the socket had read them itself.
   *
   * @returns false if `ws` has enough
   */
  #pass(bytes: Buffer, from: number, to: number): boolean {
    this.#direct = false;
    return this.#socket?.push(Buffer.from(bytes.subarray(from, to))) ?? false;
  }
}

/**
 * The index after the first empty line, or `to`. An empty line that is split over two reads counts
 * too.
 */
function endOfHeaders(bytes: Buffer, from: number, to: number): number {
  let line = from;
  for (;;) {
    const end = bytes.indexOf(lineFeed, line);
    if (end < 0 || end >= to) return to;
    if (end - line <= 1) return end + 1;
    line = end + 1;
  }
}

/**
 * The length of the head of the frame at `at`: 2 to 14 bytes, by its second byte (RFC 6455, section
 * 5.2).
 */
function headLength(bytes: Buffer, at: number, end: number): number {
  if (at + 1 >= end) return 2;
  const second = bytes[at + 1] ?? 0;
  const length = second & 0x7f;
  return (length < 126 ? 2 : length === 126 ? 4 : 10) + ((second & masked) === 0 ? 0 : 4);
}

/** @param bytes contains the whole head of the frame at `at` */
function payloadLength(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < 126) return length;
  if (length === 126) return bytes.readUInt16BE(at + 2);
  return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
}
