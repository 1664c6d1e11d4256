/** Whether an event is new, came before, or is too old to tell. */
export type Sighting = 'new' | 'seen' | 'unknown';

/**
 * Remembers which events came already, in limited memory. It keeps the greatest ids (they are
 * ULIDs, so they compare by time) and the greatest id that it forgot. An id below that one may have
 * come before or not: it is reported as unknown rather than dropped or shown twice.
 */
export class SeenIds {
  readonly #limit: number;
  #ids = new Set<string>();
  #forgotten = '';

  /** @param limit the least number of ids that are remembered; up to twice as many are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns what is known of an id, and remembers it. */
  add(id: string): Sighting {
    if (this.#ids.has(id)) return 'seen';
    this.#ids.add(id);
    const sighting = id > this.#forgotten ? 'new' : 'unknown';
    if (this.#ids.size > 2 * this.#limit) this.#forget();
    return sighting;
  }

  #forget(): void {
    const sorted = [...this.#ids].sort();
    const kept = sorted.splice(-this.#limit);
    const greatest = sorted.at(-1) ?? '';
    if (greatest > this.#forgotten) this.#forgotten = greatest;
    this.#ids = new Set(kept);
  }
}
