import { isUtf8 } from 'node:buffer';
import net from 'node:net';
import tls from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';

/** All sockets of a thread read into this: what was read is used before anything else is read. */
const shared = Buffer.allocUnsafeSlow(65_536);

/** The first byte of a text message that is one frame: FIN and opcode 1 (RFC 6455, section 5.2). */
const wholeText = 0x81;
const fin = 0x80;
const masked = 0x80;
/** Opcodes from here on are control frames, which may come between the fragments of a message. */
const firstControl = 0x8;
const lineFeed = 0x0a;

/** What `http.request` and `https.request` hand to `createConnection`. */
type Target = net.TcpNetConnectOpts & tls.ConnectionOptions;

/**
 * A `WebSocket` whose ordinary messages are read directly from the socket: text frames that are whole in
 * what one read brings, which is nearly everything that a server pushes. `ws` reads through two streams,
 * with a new buffer for each read, and that is half of what reading a message costs
 * (`npm run bench -- load-generator`).
 *
 * `ws` makes the handshake, sends, closes, and gets the bytes of all other frames: control frames,
 * fragments, binary messages, frames that are split over reads, and frames that break the protocol. So
 * `ws` alone decides what is wrong, and with which code to close.
 */
export class DirectReader {
  readonly webSocket: WebSocket;
  readonly #take: (message: Buffer) => void;
  #socket: net.Socket | undefined;
  /** Where frames begin is known: the end of the handshake's response was seen. */
  #inStep = false;
  /** The beginning of a frame whose length is not known yet. */
  #head: Buffer | undefined;
  /** So many bytes are still to come of a frame that `ws` reads. */
  #left = 0;
  /** `ws` has fragments of a message, and not the last one. */
  #fragmented = false;

  /**
   * Begins to connect, without compression.
   *
   * @param take gets each message, in order; its buffer may be overwritten after the call
   * @throws SyntaxError when the URL is not valid
   */
  constructor(
    url: string,
    subprotocols: readonly string[],
    options: ClientOptions,
    take: (message: Buffer) => void,
  ) {
    this.#take = take;
    const secure = /^(?:wss|https):/i.test(url);
    this.webSocket = new WebSocket(url, [...subprotocols], {
      ...options,
      perMessageDeflate: false,
      createConnection: ((target: Target) =>
        this.#connect(target, secure)) as typeof net.createConnection,
    });
    this.webSocket.on('message', take);
  }

  /** As `ws` connects, but with `onread`: https://nodejs.org/api/net.html#socketconnectoptions-connectlistener */
  #connect(target: Target, secure: boolean): net.Socket {
    const { host = '', servername = net.isIP(host) === 0 ? host : '' } = target;
    const onread = { buffer: shared, callback: (length: number) => this.#read(shared, length) };
    // `http` has put the request's path there, which `net` would take for a UNIX socket's.
    const options = { ...target, path: undefined, onread };
    this.#socket = secure ? tls.connect({ ...options, servername }) : net.connect(options);
    return this.#socket;
  }

  /** @returns false when the socket is to wait until `ws` has read what it got */
  #read(bytes: Buffer, length: number): boolean {
    const { readyState } = this.webSocket;
    if (readyState === WebSocket.CONNECTING) return this.#handshake(bytes, length);
    // While it closes, and where frames can't be told apart, `ws` reads everything.
    if (readyState !== WebSocket.OPEN || !this.#inStep) return this.#pass(bytes, 0, length);
    return this.#frames(bytes, 0, length);
  }

  /** `ws` gets the response to its end, and opens in that moment; frames follow. */
  #handshake(bytes: Buffer, length: number): boolean {
    let at = 0;
    let more = true;
    while (at < length && this.webSocket.readyState === WebSocket.CONNECTING) {
      const end = endOfHeaders(bytes, at, length);
      more = this.#pass(bytes, at, end);
      at = end;
    }
    this.#inStep = this.webSocket.readyState === WebSocket.OPEN;
    if (at === length) return more;
    return this.#inStep ? this.#frames(bytes, at, length) : this.#pass(bytes, at, length);
  }

  #frames(read: Buffer, from: number, to: number): boolean {
    let bytes = read;
    let at = from;
    let end = to;
    if (this.#head !== undefined) {
      bytes = Buffer.concat([this.#head, read.subarray(from, to)]);
      this.#head = undefined;
      at = 0;
      end = bytes.length;
    }
    // `ws` reads on where it has something: messages stay in order, and it says later what is wrong.
    let ours = this.#left === 0 && this.#socket?.readableLength === 0;
    let more = true;
    while (at < end) {
      if (this.#left === 0) {
        const payloadAt = at + headLength(bytes, at, end);
        if (payloadAt > end) {
          this.#head = Buffer.from(bytes.subarray(at, end));
          return more;
        }
        const frameEnd = payloadAt + payloadLength(bytes, at);
        if (ours && frameEnd <= end && this.#takes(bytes, at, payloadAt, frameEnd)) {
          at = frameEnd;
          continue;
        }
        this.#note(bytes[at] ?? 0);
        this.#left = frameEnd - at;
      }
      ours = false;
      const part = Math.min(this.#left, end - at);
      more = this.#pass(bytes, at, at + part);
      this.#left -= part;
      at += part;
    }
    return more;
  }

  /** Takes the frame if it is an ordinary message. @returns whether it was */
  #takes(bytes: Buffer, at: number, payloadAt: number, end: number): boolean {
    if (bytes[at] !== wholeText || this.#fragmented) return false;
    if (((bytes[at + 1] ?? 0) & masked) !== 0) return false;
    const message = bytes.subarray(payloadAt, end);
    if (!isUtf8(message)) return false;
    // Who took a message may have destroyed the socket: what it had read is lost then.
    if (this.#socket?.destroyed === false) this.#take(message);
    return true;
  }

  #note(first: number): void {
    if ((first & 0x0f) < firstControl) this.#fragmented = (first & fin) === 0;
  }

  /** Gives bytes to `ws`, as if the socket had read them itself. @returns false when it has enough */
  #pass(bytes: Buffer, from: number, to: number): boolean {
    return this.#socket?.push(Buffer.from(bytes.subarray(from, to))) ?? false;
  }
}

/** Where the first empty line ends (one that a read has cut off counts), or `to`. */
function endOfHeaders(bytes: Buffer, from: number, to: number): number {
  let line = from;
  for (;;) {
    const end = bytes.indexOf(lineFeed, line);
    if (end < 0 || end >= to) return to;
    if (end - line <= 1) return end + 1;
    line = end + 1;
  }
}

/** Of the frame at `at`: 2 to 14 bytes, as its second byte says (RFC 6455, section 5.2). */
function headLength(bytes: Buffer, at: number, end: number): number {
  if (at + 1 >= end) return 2;
  const second = bytes[at + 1] ?? 0;
  const length = second & 0x7f;
  return (length < 126 ? 2 : length === 126 ? 4 : 10) + ((second & masked) === 0 ? 0 : 4);
}

/** @param bytes hold the whole head of the frame at `at` */
function payloadLength(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < 126) return length;
  if (length === 126) return bytes.readUInt16BE(at + 2);
  return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
}
