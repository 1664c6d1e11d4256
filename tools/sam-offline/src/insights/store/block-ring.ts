/** Lines of JSON, one after the other, each with a line feed at its end. */
export interface Block {
  readonly position: number;
  readonly bytes: Buffer;
}

/** The latest lines, in memory of a limited size. */
export class BlockRing {
  readonly #maximumBytes: number;
  readonly #onDropped: (last: Block) => void;
  #blocks: Block[] = [];
  #bytes = 0;
  #readers = 0;

  /**
   * @param maximumBytes the limit; the latest block stays even if it is larger
   * @param onDropped called with the last block of a piece of memory which neither the ring nor one
   *   of its readers uses any more
   */
  constructor(maximumBytes: number, onDropped: (last: Block) => void) {
    this.#maximumBytes = maximumBytes;
    this.#onDropped = onDropped;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The position of the first line. Undefined while the ring is empty. */
  get firstPosition(): number | undefined {
    return this.#blocks[0]?.position;
  }

  push(block: Block): void {
    this.#blocks.push(block);
    this.#bytes += block.bytes.length;
    let dropped = 0;
    while (this.#bytes > this.#maximumBytes && dropped < this.#blocks.length - 1) {
      const oldest = this.#blocks[dropped];
      dropped += 1;
      if (oldest === undefined) break;
      this.#bytes -= oldest.bytes.length;
      const isLastOfPiece = this.#blocks[dropped]?.bytes.buffer !== oldest.bytes.buffer;
      if (isLastOfPiece && this.#readers === 0) this.#onDropped(oldest);
    }
    if (dropped > 0) this.#blocks = this.#blocks.slice(dropped);
  }

  /** The blocks that end after a position, oldest first. They do not change while they are read. */
  *from(position: number): Generator<Block> {
    this.#readers += 1;
    try {
      yield* this.#blocks.filter((block) => block.position + block.bytes.length > position);
    } finally {
      this.#readers -= 1;
    }
  }
}
