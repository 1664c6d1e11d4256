import { elapsedMs, type InvocationReport } from '../events/index.ts';
import type { Invocation } from './invocation.ts';

/** How many invocations run. */
export interface Running {
  ofFunction: number;
  readonly ofAccount: { count: number };
}

/**
 * The invocation that an environment runs: its time-out, its place in the counts, and whether its
 * result is known. The runtime may still be busy when it is.
 */
export class RunningInvocation {
  readonly invocation: Invocation;
  /** `performance.now()` */
  readonly startedAt = performance.now();
  readonly #running: Running;
  readonly #timer: NodeJS.Timeout;
  #isSettled = false;

  /** @param timeoutMs calls `onTimeout` after that time, unless it was released before */
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

  /** How long it has run, in ms. */
  get elapsedMs(): number {
    return elapsedMs(this.startedAt);
  }

  /** Its result is known: it counts no more. @returns false where it was known before */
  settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#running.ofFunction -= 1;
    this.#running.ofAccount.count -= 1;
    return true;
  }

  /** The environment is done with it: there is no time-out any more. */
  release(): void {
    clearTimeout(this.#timer);
  }
}

/** What a REPORT line says besides how the invocation ended. */
export type Report = Pick<
  InvocationReport,
  'durationMs' | 'memorySizeMb' | 'maxMemoryUsedMb' | 'initDurationMs'
>;
