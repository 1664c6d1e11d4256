import type { Content } from '../events/index.ts';

/**
 * The size, in bytes, of the pieces in which memory is taken. A larger record has a piece of its
 * own.
 */
const PIECE_BYTES = 256 * 1024;
/**
 * The bytes of a record's head: its size, its kind, its number of keys, whether the content is a
 * text, its time, and the number of bytes that the content had.
 */
const HEADER_BYTES = 4 + 1 + 1 + 1 + 8 + 8;
const [KIND, KEYS, IS_TEXT, TIME, BYTES] = [4, 5, 6, 7, 15];
const LENGTH_BYTES = 2;
/** The most bytes that a UTF-16 unit of a text takes in UTF-8. */
const MOST_BYTES_A_UNIT = 3;
/**
 * The longest content, in characters, for which the largest possible size is assumed. The bytes of
 * a longer one are counted, so that it takes no more memory than it needs.
 */
const LONG = 16 * 1024;
/** The longest key that is kept, in UTF-16 units. Ids and names of routes are far shorter. */
const MAXIMUM_KEY = 1024;

/** The data that is kept with a content. */
export interface RecordInput {
  /** A number from 0 to 255, with a meaning for the caller. */
  readonly kind: number;
  readonly timeMs: number;
  readonly bytes: number;
  /**
   * The keys. Each record has the same number of them, in the same order. `find` searches by one of
   * them.
   */
  readonly keys: readonly (string | undefined)[];
  readonly content: Content;
}

export interface KeptRecord extends RecordInput {
  /** Grows with each record. */
  readonly number: number;
}

interface Piece {
  readonly memory: Buffer;
  readonly firstNumber: number;
  end: number;
}

/**
 * Keeps the latest contents, up to a number of bytes, in memory that the garbage collector does not
 * look at. As objects and texts, each of them would be copied twice and marked again and again,
 * which was a tenth of what an echo costs.
 */
export class ContentRing {
  readonly #maximumBytes: number;
  #pieces: Piece[] = [];
  #bytes = 0;
  #count = 0;
  /** The memory of a piece that was dropped, to be used again. */
  #spare: Buffer | undefined;

  /** @param maximumBytes the limit; the latest piece stays even if it is larger */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  add({ kind, timeMs, bytes, keys, content }: RecordInput): void {
    let most = HEADER_BYTES + mostBytes(content);
    for (const key of keys)
      most += LENGTH_BYTES + MOST_BYTES_A_UNIT * Math.min(key?.length ?? 0, MAXIMUM_KEY);
    const piece = this.#pieceFor(most);
    const { memory } = piece;
    const start = piece.end;
    let end = start + HEADER_BYTES;
    for (const key of keys) {
      const length =
        key === undefined ? 0 : memory.write(key.slice(0, MAXIMUM_KEY), end + LENGTH_BYTES);
      memory.writeUInt16LE(length, end);
      end += LENGTH_BYTES + length;
    }
    const isText = typeof content === 'string';
    if (isText) end += memory.write(content, end);
    else end += content.copy(memory, end);
    memory.writeUInt32LE(end - start, start);
    memory[start + KIND] = kind;
    memory[start + KEYS] = keys.length;
    memory[start + IS_TEXT] = isText ? 1 : 0;
    memory.writeDoubleLE(timeMs, start + TIME);
    memory.writeDoubleLE(bytes, start + BYTES);
    piece.end = end;
    this.#count += 1;
  }

  /**
   * Finds the records that have this key at this index, oldest first. Their contents are copies.
   */
  find(place: number, key: string): KeptRecord[] {
    const wanted = Buffer.from(key);
    const found: KeptRecord[] = [];
    for (const { memory, firstNumber, end } of this.#pieces) {
      let number = firstNumber;
      for (let start = 0; start < end; start += memory.readUInt32LE(start)) {
        let at = start + HEADER_BYTES;
        for (let passed = 0; passed < place; passed++) at += LENGTH_BYTES + memory.readUInt16LE(at);
        const length = memory.readUInt16LE(at);
        at += LENGTH_BYTES;
        if (length === wanted.length && memory.compare(wanted, 0, length, at, at + length) === 0) {
          found.push(readRecord(memory, start, number));
        }
        number += 1;
      }
    }
    return found;
  }

  #pieceFor(bytes: number): Piece {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.end + bytes <= last.memory.length) return last;
    const size = Math.max(PIECE_BYTES, bytes);
    this.#bytes += size;
    while (this.#bytes > this.#maximumBytes && this.#pieces.length > 0) {
      const dropped = this.#pieces.shift()?.memory;
      this.#bytes -= dropped?.length ?? 0;
      if (dropped?.length === PIECE_BYTES) this.#spare = dropped;
    }
    const memory = size === PIECE_BYTES ? this.#spare : undefined;
    if (memory !== undefined) this.#spare = undefined;
    const piece = {
      memory: memory ?? Buffer.allocUnsafeSlow(size),
      ...{ firstNumber: this.#count + 1, end: 0 },
    };
    this.#pieces.push(piece);
    return piece;
  }
}

function mostBytes(content: Content): number {
  if (typeof content !== 'string') return content.length;
  return content.length > LONG ? Buffer.byteLength(content) : MOST_BYTES_A_UNIT * content.length;
}

function readRecord(memory: Buffer, start: number, number: number): KeptRecord {
  const keys: (string | undefined)[] = [];
  let at = start + HEADER_BYTES;
  for (let left = memory[start + KEYS] ?? 0; left > 0; left--) {
    const length = memory.readUInt16LE(at);
    at += LENGTH_BYTES;
    keys.push(length === 0 ? undefined : memory.toString('utf8', at, at + length));
    at += length;
  }
  const end = start + memory.readUInt32LE(start);
  return {
    ...{ number, kind: memory[start + KIND] ?? 0, keys },
    timeMs: memory.readDoubleLE(start + TIME),
    bytes: memory.readDoubleLE(start + BYTES),
    content:
      memory[start + IS_TEXT] === 1
        ? memory.toString('utf8', at, end)
        : Buffer.from(memory.subarray(at, end)),
  };
}
