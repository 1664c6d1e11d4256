/** Some lines of JSON, one behind the other, each with a line feed. */
export interface Block {
  readonly position: number;
  readonly bytes: Buffer;
}

/** The latest lines, in memory: so many bytes at most. */
export class BlockRing {
  readonly #maximumBytes: number;
  #blocks: Block[] = [];
  #bytes = 0;

  /** @param maximumBytes the latest block stays even where it alone has more */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Where the ring begins; undefined while it is empty. */
  get firstPosition(): number | undefined {
    return this.#blocks[0]?.position;
  }

  push(block: Block): void {
    this.#blocks.push(block);
    this.#bytes += block.bytes.length;
    let dropped = 0;
    while (this.#bytes > this.#maximumBytes && dropped < this.#blocks.length - 1) {
      this.#bytes -= this.#blocks[dropped]?.bytes.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) this.#blocks = this.#blocks.slice(dropped);
  }

  /** The blocks that end behind a position, oldest first. */
  from(position: number): readonly Block[] {
    return this.#blocks.filter((block) => block.position + block.bytes.length > position);
  }
}
