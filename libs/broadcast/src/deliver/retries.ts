import { fullJitter } from '@blogapp/retries';
import type { RetryPolicy } from './policy.ts';

interface Waiting {
  readonly connectionId: string;
  readonly attempt: number;
  timer: NodeJS.Timeout | undefined;
}

/** Recipients that failed. Each is tried again within this run, after a pause. */
export class Retries {
  readonly #backoff: RetryPolicy['backoff'];
  readonly #onDue: () => void;
  readonly #waiting = new Set<Waiting>();
  readonly #due: Waiting[] = [];

  /** @param onDue called when `take` has a recipient again */
  constructor(backoff: RetryPolicy['backoff'], onDue: () => void) {
    this.#backoff = backoff;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#waiting.size + this.#due.length;
  }

  /** @param failedAttempts the tries so far, from 1 */
  add(connectionId: string, failedAttempts: number): void {
    const waiting: Waiting = { connectionId, attempt: failedAttempts + 1, timer: undefined };
    waiting.timer = setTimeout(
      () => {
        this.#waiting.delete(waiting);
        this.#due.push(waiting);
        this.#onDue();
      },
      fullJitter(failedAttempts, this.#backoff),
    );
    this.#waiting.add(waiting);
  }

  /** A recipient whose pause is over, with the number of its next attempt. */
  take(): { readonly connectionId: string; readonly attempt: number } | undefined {
    return this.#due.shift();
  }

  /** Ends all pauses, and returns the recipients that were waiting. */
  clear(): string[] {
    for (const { timer } of this.#waiting) clearTimeout(timer);
    const all = [...this.#due, ...this.#waiting].map(({ connectionId }) => connectionId);
    this.#waiting.clear();
    this.#due.length = 0;
    return all;
  }
}
