/**
 * A wait that can be ended early. A call of `wake` before the wait is not lost: the next wait ends
 * at once.
 */
export class Wakeup {
  #pending = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /**
   * @param ms the maximum time to wait; without it, only `wake` ends the wait
   * @returns true if `wake` ended the wait, false if the time was over
   */
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
