/** What is known of an event: it is new, it came before, or it is too old to tell. */
export type Sighting = 'new' | 'seen' | 'unknown';

/**
 * Which events came already, in bounded memory. It keeps the greatest ids (they are ULIDs, so they
 * compare by time) and the greatest one that it forgot: what is below that can't be told apart any
 * more, and is reported as unknown rather than dropped or shown twice.
 */
export class SeenIds {
  readonly #limit: number;
  #ids = new Set<string>();
  #forgotten = '';

  /** @param limit ids that are remembered at least (items); up to twice as many are held */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Says what is known of an id, and remembers it. */
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
