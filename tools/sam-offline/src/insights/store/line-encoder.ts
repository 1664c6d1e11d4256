/** The size, in bytes, of the pieces in which memory is taken. A block is a part of a piece. */
const PIECE_BYTES = 256 * 1024;
/** A UTF-16 unit takes three bytes at most in UTF-8. */
const MOST_BYTES_A_UNIT = 3;
const LINE_FEED = 10;

/**
 * Writes lines of text as UTF-8 one after another into one block. This costs half as much as making
 * one long text of them first.
 */
export class LineEncoder {
  #piece: Buffer = Buffer.alloc(0);
  /** Pieces of memory that are free again. */
  readonly #spare: Buffer[] = [];
  #start = 0;
  #end = 0;

  /**
   * Adds a line.
   *
   * @param line the line, without its line feed, which is added
   */
  add(line: string): void {
    const most = line.length * MOST_BYTES_A_UNIT + 1;
    if (this.#end + most > this.#piece.length) this.#moveOn(most);
    this.#end += this.#piece.write(line, this.#end);
    this.#piece[this.#end++] = LINE_FEED;
  }

  /**
   * Returns the lines since the last call as one block of bytes. Nobody writes to the block any
   * more.
   */
  take(): Buffer {
    const block = this.#piece.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return block;
  }

  /**
   * Frees the memory of a block that `take` returned. It is called after the last block of a piece of
   * memory is not read any more.
   */
  reuse({ buffer }: Buffer): void {
    if (buffer.byteLength === PIECE_BYTES) this.#spare.push(Buffer.from(buffer));
  }

  /** Continues in a new piece, with the lines of the present block. */
  #moveOn(bytes: number): void {
    const block = this.#piece.subarray(this.#start, this.#end);
    const needed = block.length + bytes;
    // A block that outgrows a piece grows by half, so that its bytes are not copied for each line.
    const size = needed > PIECE_BYTES ? Math.ceil(needed * 1.5) : PIECE_BYTES;
    const spare = size === PIECE_BYTES ? this.#spare.pop() : undefined;
    this.#piece = spare ?? Buffer.allocUnsafeSlow(size);
    this.#piece.set(block);
    this.#start = 0;
    this.#end = block.length;
  }
}
