import type { Budget } from '../contract.ts';
import { STOP_MARGIN_MS } from '../deliver/index.ts';

/**
 * Runs the work on one key in the order of the calls, one after the other; different keys do not
 * wait for each other. So one publisher's events reach a channel's connections in order.
 */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Waits for the earlier work on the key, but no longer than the budget lasts. */
  async run<T>(key: string, budget: Budget, work: () => Promise<T>): Promise<T> {
    const earlier = this.#last.get(key);
    const result = earlier === undefined ? work() : untilSpent(earlier, budget).then(work);
    const settled = Promise.allSettled([earlier, result]);
    this.#last.set(key, settled);
    try {
      return await result;
    } finally {
      void settled.then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key);
      });
    }
  }
}

async function untilSpent(earlier: Promise<unknown>, budget: Budget): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const spent = new Promise<void>((resolve) => {
    timer = setTimeout(
      resolve,
      Math.max(0, Math.min(budget.remainingMs() - STOP_MARGIN_MS, 2 ** 31 - 1)),
    );
  });
  await Promise.race([earlier, spent]);
  clearTimeout(timer);
}
