export interface AutosaveOptions<T> {
  readonly save: (value: T) => void;
  readonly delayMs?: number;
}

/**
 * The delay until a value is saved (ms): so short that a crash loses only a word or two, and so
 * long that typing stays smooth.
 */
const DELAY_MS = 400;

/**
 * Saves the last of many values a moment after the first of them, so that typing costs little.
 * `flush` saves at once: call it when the page is hidden, since it may not come back.
 */
export class Autosave<T> {
  readonly #options: AutosaveOptions<T>;
  #pending: { readonly value: T } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AutosaveOptions<T>) {
    this.#options = options;
  }

  set(value: T): void {
    this.#pending = { value };
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, this.#options.delayMs ?? DELAY_MS);
  }

  flush(): void {
    const pending = this.#pending;
    this.cancel();
    if (pending !== undefined) this.#options.save(pending.value);
  }

  /** Drops the value that is not saved yet. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = undefined;
  }
}
