import type { LambdaFunction } from '../template/index.ts';
import { TooManyRequestsError } from './invoker.ts';

/**
 * Counts the invocations under way, as Lambda does: a function with reserved concurrency has its own
 * limit, which is taken off the account's; the others share what is left. Invocations that wait in
 * our own queue count, since on AWS they would run.
 *
 * Without a limit of the account nothing is counted, and reserved concurrency only bounds the
 * environments of its function. A function that reserves 0 never runs either way: on AWS that is how
 * one switches a function off.
 */
export class Concurrency {
  readonly #reserved = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #unreservedLimit: number;
  readonly #isCounting: boolean;
  #unreservedRunning = 0;

  constructor(functions: readonly LambdaFunction[], accountLimit: number | undefined) {
    this.#isCounting = accountLimit !== undefined;
    for (const { logicalId, reservedConcurrency } of functions) {
      if (reservedConcurrency !== undefined) this.#reserved.set(logicalId, reservedConcurrency);
    }
    const reserved = [...this.#reserved.values()].reduce((sum, limit) => sum + limit, 0);
    this.#unreservedLimit = Math.max(0, (accountLimit ?? Infinity) - reserved);
  }

  /** How many invocations of a function can run at a time. */
  limitOf(functionLogicalId: string): number {
    return this.#reserved.get(functionLogicalId) ?? this.#unreservedLimit;
  }

  /** @throws TooManyRequestsError */
  acquire(functionLogicalId: string): void {
    const reserved = this.#reserved.get(functionLogicalId);
    if (!this.#isCounting && reserved !== 0) return;
    if (reserved === undefined) {
      if (this.#unreservedRunning >= this.#unreservedLimit) {
        throw new TooManyRequestsError('ConcurrentInvocationLimitExceeded');
      }
      this.#unreservedRunning += 1;
      return;
    }
    const running = this.#running.get(functionLogicalId) ?? 0;
    if (running >= reserved) {
      throw new TooManyRequestsError('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    this.#running.set(functionLogicalId, running + 1);
  }

  release(functionLogicalId: string): void {
    if (!this.#isCounting) return;
    if (this.#reserved.has(functionLogicalId)) {
      this.#running.set(functionLogicalId, (this.#running.get(functionLogicalId) ?? 1) - 1);
    } else {
      this.#unreservedRunning -= 1;
    }
  }
}
