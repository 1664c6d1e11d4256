import { elapsedMs, type InvocationReport } from '../events/index.ts';
import type { Invocation } from './invocation.ts';

/** The numbers of running invocations. */
export interface Running {
  ofFunction: number;
  readonly ofAccount: { count: number };
}

/**
 * An invocation that an environment runs. It has the time-out, is counted, and knows whether it has
 * a result. The runtime may still be busy after the result is known.
 */
export class RunningInvocation {
  readonly invocation: Invocation;
  /** The value of `performance.now()` when it started, in ms. */
  readonly startedAt = performance.now();
  readonly #running: Running;
  readonly #timer: NodeJS.Timeout;
  #isSettled = false;

  /**
   * @param timeoutMs the time after which `onTimeout` is called, unless `release` was called before
   */
  constructor(invocation: Invocation, running: Running, timeoutMs: number, onTimeout: () => void) {
    this.invocation = invocation;
    this.#running = running;
    running.ofFunction += 1;
    running.ofAccount.count += 1;
    this.#timer = setTimeout(onTimeout, timeoutMs);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The time since its start, in ms. */
  get elapsedMs(): number {
    return elapsedMs(this.startedAt);
  }

  /**
   * Records that the result is known, and stops counting the invocation.
   * @returns false if the result was already known
   */
  settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#running.ofFunction -= 1;
    this.#running.ofAccount.count -= 1;
    return true;
  }

  /** Ends the time-out, because the environment has finished the invocation. */
  release(): void {
    clearTimeout(this.#timer);
  }
}

/** The values of a REPORT line, without those about the invocation's end. */
export type Report = Pick<
  InvocationReport,
  'durationMs' | 'memorySizeMb' | 'maxMemoryUsedMb' | 'initDurationMs'
>;
