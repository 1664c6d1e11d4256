import { isUtf8 } from 'node:buffer';

/** One unmasked, final text frame (RFC 6455, section 5.2) around a payload, ready for a socket. */
export function encodeTextFrame(payload: Buffer): Buffer {
  const text = isUtf8(payload) ? payload : Buffer.from(payload.toString('utf8'));
  const { length } = text;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafeSlow(headerLength + length);
  frame[0] = 0x81;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame.set(text, headerLength);
  return frame;
}

/** The payload of a frame that `encodeTextFrame` made. It shares the frame's memory. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame[1] ?? 0;
  return frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10);
}

/**
 * Reads the frame headers in the bytes that a client sends, and reports a data frame that announces
 * more bytes than the limit. `ws` limits messages, not frames, and does not show its frames. So
 * this class reads the same bytes too. It keeps only a few numbers, no payload.
 */
export class FrameSizeGuard {
  readonly #maximumBytes: number;
  /** Bytes of the payload and the mask that are still to be skipped. */
  #skip = 0;
  /** Bytes of the current header that have been read. */
  #headerBytes = 0;
  #isControl = false;
  /** How many bytes the extended length has: 0, 2 or 8. */
  #lengthBytes = 0;
  #length = 0;
  #maskBytes = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /**
   * Reads further bytes.
   *
   * @returns false from the first data frame on that is over the limit
   */
  accepts(chunk: Uint8Array): boolean {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - offset);
        this.#skip -= step;
        offset += step;
        continue;
      }
      this.#readHeaderByte(chunk[offset] ?? 0);
      offset++;
      if (this.#headerBytes >= 2 && this.#headerBytes === 2 + this.#lengthBytes) {
        if (!this.#isControl && this.#length > this.#maximumBytes) return false;
        this.#skip = this.#length + this.#maskBytes;
        this.#headerBytes = 0;
      }
    }
    return true;
  }

  #readHeaderByte(byte: number): void {
    if (this.#headerBytes === 0) {
      this.#isControl = (byte & 0x08) !== 0;
    } else if (this.#headerBytes === 1) {
      this.#maskBytes = (byte & 0x80) === 0 ? 0 : 4;
      const length = byte & 0x7f;
      this.#lengthBytes = length === 126 ? 2 : length === 127 ? 8 : 0;
      this.#length = this.#lengthBytes === 0 ? length : 0;
    } else {
      // Not bit shifts: an eight-byte length does not fit into 32 bits.
      this.#length = this.#length * 256 + byte;
    }
    this.#headerBytes++;
  }
}
