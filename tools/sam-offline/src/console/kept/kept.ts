/** Something that is made of facts and can be brought up to date with those that came since. */
export interface KeptList {
  /** It knows nothing of what happened before, in ms since 1970. */
  readonly startMs: number;
  /** Reads what was stored since the last time. */
  readOn(): Promise<void>;
}

/** From `startMs` (included) to `endMs` (excluded), in ms since 1970. */
interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** A list is forgotten when nobody has asked for it for so long, in ms. */
const KEPT_MS = 60_000;
/** A range that ends so shortly before now was asked for as one up to now, in ms. */
const NOW_MS = 1000;
/** So many lists are kept at most; the one that was asked for longest ago goes first. */
const MAXIMUM_LISTS = 6;

/**
 * Keeps what was made of facts while somebody looks at it: a page asks every second or two, and to
 * read all facts of half an hour each time would cost the stack more than the facts themselves.
 */
export class Kept<List extends KeptList> {
  readonly #make: (range: Range, key: string) => List;
  readonly #nowMs: () => number;
  /** The one that was asked for last is last. */
  readonly #lists = new Map<string, { readonly list: List; forgetting: NodeJS.Timeout }>();
  /** Two questions at a time would read the same facts twice. */
  #reading: Promise<unknown> = Promise.resolve();

  /**
   * @param make makes a list that has read nothing yet; its range has no end where it is read on
   * @param nowMs the clock of facts
   */
  constructor(make: (range: Range, key: string) => List, nowMs: () => number) {
    this.#make = make;
    this.#nowMs = nowMs;
  }

  /**
   * A list that is up to date. A range that has ended gets one of its own: nobody asks for it twice a
   * second, and what came after its end would push out what is in it.
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
