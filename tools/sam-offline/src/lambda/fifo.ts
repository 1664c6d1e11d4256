/** A first-in, first-out queue whose `take` costs the same however long it is. */
export class Fifo<T> {
  #items: T[] = [];
  #taken = 0;

  get size(): number {
    return this.#items.length - this.#taken;
  }

  /** The item that `take` gives next. */
  get head(): T | undefined {
    return this.#items[this.#taken];
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#taken];
    if (this.#taken < this.#items.length) this.#taken += 1;
    // Half of the list is moved each time that the other half has gone.
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
