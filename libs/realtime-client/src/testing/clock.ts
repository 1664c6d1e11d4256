interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is advanced. */
export class FakeClock {
  nowMs = Date.UTC(2026, 10, 1);
  /** Sorted by time; timers of the same time are in the order in which they were set. */
  readonly #timers: Timer[] = [];

  get timers(): number {
    return this.#timers.length;
  }

  setTimer(callback: () => void, ms: number): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, ms), callback };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1]?.atMs ?? 0) > timer.atMs) index -= 1;
    this.#timers.splice(index, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found !== -1) this.#timers.splice(found, 1);
    };
  }

  /** Advances the time by `ms` milliseconds, and runs every timer that is due. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers;
      if (!next || next.atMs > endMs) break;
      this.#timers.shift();
      this.nowMs = next.atMs;
      next.callback();
      await settle();
    }
    this.nowMs = endMs;
  }
}

/** Waits until the callbacks of resolved promises have run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
}
