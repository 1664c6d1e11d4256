/**
 * A set of readers' numbers. It has one bit for each reader, or, when only a few are left, a list.
 * If 9,990 of 10,000 readers have received a message, it costs 10 entries for the rest of the run,
 * not 1.2 KB.
 */
export class ReaderSet {
  size = 0;
  #bits: Uint32Array | undefined;
  #few: Set<number> | undefined;

  /** @param capacity readers' numbers are below this at first; larger ones may be added */
  constructor(capacity: number) {
    this.#bits = new Uint32Array(Math.max(1, Math.ceil(capacity / 32)));
  }

  has(reader: number): boolean {
    if (this.#few !== undefined) return this.#few.has(reader);
    return (((this.#bits?.[reader >>> 5] ?? 0) >>> (reader & 31)) & 1) === 1;
  }

  add(reader: number): void {
    if (this.has(reader)) return;
    this.size += 1;
    if (this.#few !== undefined) {
      this.#few.add(reader);
      return;
    }
    const word = reader >>> 5;
    if (this.#bits === undefined || word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, (this.#bits?.length ?? 0) * 2));
      if (this.#bits !== undefined) grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (reader & 31));
  }

  /**
   * Removes a reader.
   *
   * @returns whether it was in the set
   */
  delete(reader: number): boolean {
    if (!this.has(reader)) return false;
    this.size -= 1;
    if (this.#few !== undefined) {
      this.#few.delete(reader);
    } else if (this.#bits !== undefined) {
      const word = reader >>> 5;
      this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (reader & 31));
    }
    return true;
  }

  /**
   * Changes to the form that takes less memory. An entry of a list takes about 20 times as much as
   * a bit.
   */
  compact(): void {
    if (this.#bits === undefined || this.size * 20 > this.#bits.length * 32) return;
    this.#few = new Set(this);
    this.#bits = undefined;
  }

  *[Symbol.iterator](): Generator<number> {
    if (this.#few !== undefined) {
      yield* this.#few;
      return;
    }
    for (const [word, bits] of this.#bits?.entries() ?? []) {
      for (let left = bits; left !== 0; left &= left - 1) {
        yield word * 32 + 31 - Math.clz32(left & -left);
      }
    }
  }
}
