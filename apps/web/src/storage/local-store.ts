import type * as z from 'zod/mini';

/** The members of `localStorage` that the store uses. */
export type Backing = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * Where values are kept: in the browser, or in this tab's memory, because the browser refused to
 * store them.
 */
export type Keeping = 'browser' | 'memory';

/** The prefix of every key, so that values of other programs at this origin are not touched. */
const PREFIX = 'blogapp.';

/**
 * Stores values by name in the browser. When the browser refuses (its storage is full or
 * forbidden), a value is kept in memory, so that the page still works; `keeping` says so.
 */
export class LocalStore {
  readonly #backing: () => Backing;
  readonly #memory = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #forbidden = false;

  /** @param backing returns the browser's storage, or throws when that is forbidden */
  constructor(backing: () => Backing) {
    this.#backing = backing;
  }

  /** `memory` from the first refused value on, until the browser has stored all values again. */
  get keeping(): Keeping {
    return this.#forbidden || this.#memory.size > 0 ? 'memory' : 'browser';
  }

  /** Calls `listener` when `keeping` may have changed. @returns a function that ends this */
  readonly onKeepingChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /**
   * Returns the value; undefined when there is none, or when it has another shape (from another
   * version).
   */
  read<Schema extends z.ZodMiniType>(key: string, schema: Schema): z.output<Schema> | undefined {
    const text = this.#memory.get(key) ?? this.#use((backing) => backing.getItem(PREFIX + key));
    if (text === undefined || text === null) return undefined;
    try {
      const parsed = schema.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  /** Stores a value that can be written as JSON. It never throws: see `keeping`. */
  write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    const before = this.keeping;
    const isKept = this.#use((backing) => {
      backing.setItem(PREFIX + key, text);
      return true;
    });
    if (isKept === true) this.#memory.delete(key);
    else this.#memory.set(key, text);
    this.#tell(before);
  }

  remove(key: string): void {
    const before = this.keeping;
    this.#memory.delete(key);
    this.#use((backing) => {
      backing.removeItem(PREFIX + key);
    });
    this.#tell(before);
  }

  /** The keys that begin with `start`, sorted. */
  keys(start: string): string[] {
    const stored = this.#use((backing) =>
      Array.from({ length: backing.length }, (_, index) => backing.key(index) ?? ''),
    );
    const keys = (stored ?? [])
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length));
    return [...new Set([...keys, ...this.#memory.keys()])]
      .filter((key) => key.startsWith(start))
      .sort();
  }

  /** Calls `listener` when another tab changed a value whose key begins with `start`. */
  onOtherTab(start: string, listener: () => void): () => void {
    if (typeof window === 'undefined') return () => undefined;
    const heard = ({ key }: StorageEvent): void => {
      // Without a key, everything was cleared.
      if (key === null || key.startsWith(PREFIX + start)) listener();
    };
    window.addEventListener('storage', heard);
    return () => {
      window.removeEventListener('storage', heard);
    };
  }

  /** Runs an action on the browser's storage; undefined when the browser refuses it. */
  #use<T>(action: (backing: Backing) => T): T | undefined {
    let backing: Backing;
    try {
      backing = this.#backing();
    } catch {
      this.#forbidden = true;
      return undefined;
    }
    try {
      return action(backing);
    } catch {
      return undefined;
    }
  }

  #tell(before: Keeping): void {
    if (before === this.keeping) return;
    for (const listener of [...this.#listeners]) listener();
  }
}
