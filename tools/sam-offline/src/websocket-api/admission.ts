import { Fifo } from '../lambda/index.ts';

/** Lets a number of things go on at once; the others wait for their turn, in their order. */
export class Admission {
  #free: number;
  readonly #waiting = new Fifo<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves when it is the caller's turn, with what ends it; that may be called again. */
  enter(): Promise<() => void> {
    return new Promise((resolve) => {
      const begin = (): void => {
        let hasLeft = false;
        resolve(() => {
          if (hasLeft) return;
          hasLeft = true;
          this.#leave();
        });
      };
      if (this.#free === 0) {
        this.#waiting.add(begin);
        return;
      }
      this.#free -= 1;
      begin();
    });
  }

  #leave(): void {
    const next = this.#waiting.take();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
