/** A list that is made of facts and can be updated with later facts. */
export interface KeptList {
  /** The list has no facts from before this time, in ms since 1970. */
  readonly startMs: number;
  /** Reads the facts that were stored since the last call. */
  readOn(): Promise<void>;
}

/** From `startMs` (included) to `endMs` (excluded), in ms since 1970. */
interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** How long, in ms, a list is kept after it was asked for. */
const KEPT_MS = 60_000;
/** A range whose end is less than this time ago, in ms, counts as a range up to now. */
const NOW_MS = 1000;
/** The most lists that are kept. The one that was asked for longest ago is dropped first. */
const MAXIMUM_LISTS = 6;

/**
 * Keeps lists of facts while a page shows them. A page asks every second or two, and reading all
 * facts of half an hour each time would cost the stack more than the facts themselves.
 */
export class Kept<List extends KeptList> {
  readonly #make: (range: Range, key: string) => List;
  readonly #nowMs: () => number;
  /** The lists, in the order in which they were last asked for. */
  readonly #lists = new Map<string, { readonly list: List; forgetting: NodeJS.Timeout }>();
  /** Reads run one after the other: two at the same time would read the same facts twice. */
  #reading: Promise<unknown> = Promise.resolve();

  /**
   * @param make makes a list that has read nothing yet; the range has no end if the list is updated
   *   later
   * @param nowMs the clock of facts
   */
  constructor(make: (range: Range, key: string) => List, nowMs: () => number) {
    this.#make = make;
    this.#nowMs = nowMs;
  }

  /**
   * Returns an up-to-date list. For a range that has ended, it makes a list that is not kept: a
   * page does not ask for it every second, and later facts would push its rows out.
   *
   * @param key lists with different keys are different lists
   */
  async of(range: Range, key = ''): Promise<List> {
    if (range.endMs < this.#nowMs() - NOW_MS) {
      const list = this.#make(range, key);
      await list.readOn();
      return list;
    }
    const read = this.#reading.then(async () => {
      const list = this.#listOf(range, key);
      await list.readOn();
      return list;
    });
    this.#reading = read.catch(() => undefined);
    return read;
  }

  #listOf(range: Range, key: string): List {
    const kept = this.#lists.get(key);
    clearTimeout(kept?.forgetting);
    const list =
      kept !== undefined && kept.list.startMs <= range.startMs
        ? kept.list
        : this.#make({ ...range, endMs: Infinity }, key);
    this.#lists.delete(key);
    const forgetting = setTimeout(() => this.#lists.delete(key), KEPT_MS).unref();
    this.#lists.set(key, { list, forgetting });
    const [oldest] = this.#lists;
    if (this.#lists.size > MAXIMUM_LISTS && oldest !== undefined) {
      clearTimeout(oldest[1].forgetting);
      this.#lists.delete(oldest[0]);
    }
    return list;
  }
}
