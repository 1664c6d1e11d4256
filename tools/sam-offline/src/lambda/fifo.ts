/** A first-in, first-out queue. The cost of `take` does not depend on the queue's length. */
export class Fifo<T> implements Iterable<T> {
  #items: T[] = [];
  #taken = 0;

  get size(): number {
    return this.#items.length - this.#taken;
  }

  /** The item that `take` gives next. */
  get head(): T | undefined {
    return this.#items[this.#taken];
  }

  /** The items in their order. None may be added or taken meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (let at = this.#taken; at < this.#items.length; at++) yield this.#items[at] as T;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#taken];
    if (this.#taken < this.#items.length) this.#taken += 1;
    // The list is shortened whenever more than half of it has been taken.
    if (this.#taken > 1024 && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    } else if (this.#taken === this.#items.length) {
      this.#items = [];
      this.#taken = 0;
    }
    return item;
  }

  /** Empties the queue. */
  takeAll(): readonly T[] {
    const items = this.#items.slice(this.#taken);
    this.#items = [];
    this.#taken = 0;
    return items;
  }
}
