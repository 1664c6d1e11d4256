import { isUtf8 } from 'node:buffer';

interface Recent {
  readonly message: Buffer;
  readonly view: DataView;
}

/**
 * The number of messages that are remembered. The frames of a broadcast have the same bytes and come
 * one after the other; a few different ones may alternate.
 */
const kept = 8;

/**
 * The last few messages of a thread. Messages with the same bytes are the same `Buffer`, so whoever
 * reads a message does not have to read its copies. A broadcast to 10,000 readers is checked, copied
 * and parsed once, and 9,999 of its frames are only compared.
 */
export class RecentMessages {
  readonly #recent: Recent[] = [];
  #next = 0;
  #last: Recent | undefined;

  /**
   * Returns the message that has these bytes. Its content never changes.
   *
   * @param view a view of the same bytes as `bytes`
   * @returns undefined if they are not UTF-8
   */
  read(bytes: Buffer, view: DataView, from: number, to: number): Buffer | undefined {
    if (this.#last !== undefined && equals(this.#last.view, view, from, to)) {
      return this.#last.message;
    }
    for (const recent of this.#recent) {
      if (!equals(recent.view, view, from, to)) continue;
      this.#last = recent;
      return recent.message;
    }
    const message = bytes.subarray(from, to);
    return isUtf8(message) ? this.#keep(Buffer.from(message)) : undefined;
  }

  #keep(message: Buffer): Buffer {
    this.#last = { message, view: viewOf(message) };
    this.#recent[this.#next] = this.#last;
    this.#next = (this.#next + 1) % kept;
    return message;
  }
}

export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/**
 * Compares in JavaScript, because a call of `Buffer.compare` takes longer than this takes for the
 * usual message.
 */
function equals(known: DataView, view: DataView, from: number, to: number): boolean {
  const length = to - from;
  if (known.byteLength !== length) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    if (known.getInt32(at, true) !== view.getInt32(from + at, true)) return false;
  }
  for (; at < length; at += 1) {
    if (known.getInt8(at) !== view.getInt8(from + at)) return false;
  }
  return true;
}
