/** A sleep that can be cut short, before it starts too: a wake that comes early is not lost. */
export class Wakeup {
  #pending = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /** @returns true when it was woken, false when the time was over */
  async wait(ms?: number): Promise<boolean> {
    if (!this.#pending) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        if (ms !== undefined) timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      this.#resolve = undefined;
    }
    const wasWoken = this.#pending;
    this.#pending = false;
    return wasWoken;
  }
}
