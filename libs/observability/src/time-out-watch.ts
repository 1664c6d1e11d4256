/**
 * How long before the time-out an invocation is called late (ms), because Lambda then ends the
 * process.
 */
const MARGIN_MS = 250;

/**
 * Says when an invocation is about to time out. One timer serves many invocations, since each of
 * them ends later than the one before: making and clearing a timer costs as much as a log line.
 */
export class TimeOutWatch {
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, and when the invocation is late (ms, as `performance.now()`). */
  #firesAt = 0;
  #lateAt = 0;
  #onLate: (() => void) | undefined;

  /** Watches an invocation. Until `stop`, the watch keeps the process running. */
  start(remainingMs: number, onLate: () => void): void {
    this.#lateAt = performance.now() + Math.max(0, remainingMs - MARGIN_MS);
    this.#onLate = onLate;
    if (this.#timer !== undefined && this.#firesAt <= this.#lateAt) this.#timer.ref();
    else this.#setTimer();
  }

  stop(): void {
    this.#onLate = undefined;
    this.#timer?.unref();
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    this.#firesAt = this.#lateAt;
    this.#timer = setTimeout(() => {
      this.#fire();
    }, this.#lateAt - performance.now());
  }

  #fire(): void {
    this.#timer = undefined;
    if (this.#onLate === undefined) return;
    if (performance.now() < this.#lateAt) this.#setTimer();
    else this.#onLate();
  }
}
