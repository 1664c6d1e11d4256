import type { LambdaFunction } from '../template/index.ts';
import { TooManyRequestsError } from './invoker.ts';

/**
 * Counts the concurrent invocations, as Lambda does. A function with reserved concurrency has its
 * own limit, which is subtracted from the account's limit. The other functions share the rest.
 * Invocations that wait in the queues of this machine count, because they would run on AWS.
 *
 * If the account has no limit here, nothing is counted, and reserved concurrency only limits the
 * environments of its function. A function with a reserved concurrency of 0 never runs: on AWS this
 * is the way to switch a function off.
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

  /** Gives the maximum number of a function's concurrent invocations. */
  limitOf(functionLogicalId: string): number {
    return this.#reserved.get(functionLogicalId) ?? this.#unreservedLimit;
  }

  /**
   * Counts an invocation that starts.
   * @throws TooManyRequestsError if a limit is reached
   */
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
