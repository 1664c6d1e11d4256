import {
  ExecutionEnvironment,
  type EnvironmentContext,
  type EnvironmentEvents,
} from './execution-environment.ts';
import { LambdaServiceClosedError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { Invocation } from './invocation.ts';

/**
 * The minimum time that the first waiting invocation waits before more environments are started, in
 * ms. The number of environments may then double. If an environment takes long to start, as on a
 * busy machine, the invocation waits for twice that time, because more processes would make it
 * slower. With this rule one process serves a burst of short invocations, which is faster than
 * starting hundreds of processes at once. Long invocations still run in parallel, as on AWS.
 */
const PATIENCE_MS = 50;

/**
 * How long an invocation waits before its wait is told, in ms. While a function gets more
 * invocations than it can serve, each of them waits: a fact of each short wait was one of seven
 * facts of a message, and says nothing that is not told with the start a moment later.
 */
const LONG_WAIT_MS = 1000;

/** The limits of a function's pool. */
export interface PoolOptions {
  /**
   * Reads the function's code, without starting a process. It is called before the first
   * environment and after a reload.
   */
  readonly environmentContext: () => EnvironmentContext;
  /** The maximum number of environments at the same time. */
  readonly maximumEnvironments: number;
  /**
   * Tells whether one more environment may start.
   * @param isFirst whether the pool has no environment yet
   */
  readonly hasRoom: (isFirst: boolean) => boolean;
  /** The time after which idle environments end, except the last one. In ms. */
  readonly idleTimeoutMs: number;
  /** Called once for an invocation that waits for long, or that fails before it starts. */
  readonly onWait: (invocation: Invocation) => void;
}

/** The result of loading newer code. */
export type ReloadResult =
  | { readonly type: 'reloaded' }
  /** The newer code does not start. The earlier code continues to serve. */
  | {
      readonly type: 'failed';
      readonly reason: string;
      /** True if the handler's file does not exist. A build may be running. */
      readonly isMissing: boolean;
    }
  /** Even newer code was loaded in the meantime, or the pool was closed. */
  | { readonly type: 'superseded' };

/**
 * The result of `replace`. `retired` resolves when no environment runs the earlier code any more.
 */
export type Replacement =
  | { readonly type: 'reloaded'; readonly retired: Promise<void> }
  | Exclude<ReloadResult, { readonly type: 'reloaded' }>;

/** The numbers of a pool's environments and invocations. */
export interface PoolStats {
  readonly environments: number;
  readonly idle: number;
  readonly queued: number;
  readonly coldStarts: number;
}

/** The execution environments of one function, and the invocations that wait for one. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** The idle environments. The most recently used one is the last. */
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #queue = new Fifo<Invocation>();
  readonly #events: EnvironmentEvents;
  readonly #starting = new Set<ExecutionEnvironment>();
  /** The environments that `endIdle` has ended, until their processes have exited. */
  readonly #ending = new Set<ExecutionEnvironment>();
  #context: EnvironmentContext | undefined;
  /** The environment of newer code while it starts. It serves when it is ready. */
  #candidate: ExecutionEnvironment | undefined;
  /** The environments of earlier code. `done` is called when they have ended. */
  readonly #retiring: { readonly environments: Set<ExecutionEnvironment>; done(): void }[] = [];
  #coldStarts = 0;
  /** When the last environment became ready to serve, in ms since the process started. */
  #grownAt = 0;
  /** When the last environment was started, in ms since the process started. */
  #startedAt = 0;
  /** How long the last environment took to become ready, in ms. */
  #lastStartMs = 0;
  #patience: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #waitTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#events = {
      ready: (environment) => {
        const started = this.#starting.delete(environment);
        if (started) {
          this.#grownAt = performance.now();
          this.#lastStartMs = this.#grownAt - this.#startedAt;
        }
        this.#release(environment);
        if (started) this.#scale();
      },
      unready: (environment) => {
        remove(this.#idle, environment);
      },
      initFailed: (environment) => {
        this.#starting.delete(environment);
        const usable = !this.#closed && !environment.stale;
        const invocation = usable ? this.#queue.take() : undefined;
        if (invocation === undefined) environment.close();
        else environment.retryInit(invocation);
      },
      ended: (environment) => {
        this.#starting.delete(environment);
        this.#environments.delete(environment);
        this.#ending.delete(environment);
        remove(this.#idle, environment);
        this.#retire(environment);
        this.#scale();
      },
    };
  }

  get stats(): PoolStats {
    return {
      environments: this.#environments.size,
      idle: this.#idle.length,
      queued: this.#queue.size,
      coldStarts: this.#coldStarts,
    };
  }

  /**
   * Runs an invocation in an idle environment, or as soon as an environment is idle or has started.
   */
  run(invocation: Invocation): void {
    if (this.#closed) {
      invocation.reject(new LambdaServiceClosedError());
      return;
    }
    const environment = this.#idle.pop();
    if (environment !== undefined) {
      environment.invoke(invocation);
      return;
    }
    invocation.hasWaited = true;
    this.#queue.add(invocation);
    this.#waitTimer ??= setTimeout(this.#tellLongWaits, LONG_WAIT_MS).unref();
    this.#scale();
  }

  /**
   * Starts an environment of newer code. When it is ready, all new invocations run in environments
   * of that code, and those of the earlier code end after their invocations. Until then, and if the
   * newer code does not start, the earlier code serves.
   */
  replace(context: EnvironmentContext): Promise<Replacement> {
    if (this.#closed) return Promise.resolve({ type: 'superseded' });
    const superseded = this.#candidate;
    this.#candidate = undefined;
    superseded?.close();
    return new Promise((resolve) => {
      const candidate = new ExecutionEnvironment(context, {
        ...this.#events,
        ready: (environment) => {
          if (this.#candidate === environment) {
            resolve({ type: 'reloaded', retired: this.#adopt(environment, context) });
          }
          this.#events.ready(environment);
        },
        initFailed: (environment) => {
          if (this.#candidate === environment) this.#candidate = undefined;
          resolve({ type: 'failed', reason: environment.initFailure, isMissing: false });
          environment.close();
        },
        ended: (environment) => {
          if (this.#candidate === environment) this.#candidate = undefined;
          resolve({ type: 'superseded' });
          this.#events.ended(environment);
        },
      });
      this.#candidate = candidate;
      candidate.start();
    });
  }

  #adopt(candidate: ExecutionEnvironment, context: EnvironmentContext): Promise<void> {
    this.#candidate = undefined;
    this.#context = context;
    const earlier = new Set(this.#environments);
    // A function that was never invoked has no process afterwards either.
    candidate.stale = earlier.size === 0 && this.#queue.size === 0;
    this.#environments.add(candidate);
    this.#coldStarts += 1;
    for (const environment of earlier) environment.stale = true;
    for (const environment of [...this.#idle, ...this.#starting]) environment.close();
    this.#idle.length = 0;
    if (earlier.size === 0) return Promise.resolve();
    return new Promise((done) => {
      this.#retiring.push({ environments: earlier, done });
    });
  }

  #retire(environment: ExecutionEnvironment): void {
    for (const retiring of [...this.#retiring]) {
      retiring.environments.delete(environment);
      if (retiring.environments.size > 0) continue;
      remove(this.#retiring, retiring);
      retiring.done();
    }
  }

  /**
   * Ends the least recently used idle environment.
   * @param least how many environments the pool must have before
   * @returns whether it ended one
   */
  endIdle(least: number): boolean {
    if (this.#environments.size - this.#ending.size < least) return false;
    const environment = this.#idle.shift();
    if (environment === undefined) return false;
    this.#ending.add(environment);
    environment.close();
    return true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#waitTimer);
    this.#rejectAll(new LambdaServiceClosedError());
    for (const environment of this.#environments) environment.close();
    this.#candidate?.close();
  }

  readonly #tellLongWaits = (): void => {
    this.#waitTimer = undefined;
    const since = performance.now() - LONG_WAIT_MS;
    for (const invocation of this.#queue) {
      if (invocation.queuedAt > since) break;
      this.#tellWait(invocation);
    }
    if (this.#queue.size > 0) {
      this.#waitTimer = setTimeout(this.#tellLongWaits, LONG_WAIT_MS).unref();
    }
  };

  #tellWait(invocation: Invocation): void {
    if (invocation.isQueued) return;
    invocation.isQueued = true;
    this.#options.onWait(invocation);
  }

  #rejectAll(cause: Error): void {
    for (const invocation of this.#queue.takeAll()) {
      this.#tellWait(invocation);
      invocation.reject(cause);
    }
  }

  #release(environment: ExecutionEnvironment): void {
    if (environment.stale || this.#closed) {
      environment.close();
      return;
    }
    const invocation = this.#queue.take();
    if (invocation !== undefined) {
      environment.invoke(invocation);
      return;
    }
    this.#idle.push(environment);
    if (this.#idle.length > 1) this.#scheduleIdleCheck();
  }

  /** Starts environments for waiting invocations, by the rule at `PATIENCE_MS`. */
  #scale(): void {
    const { head } = this.#queue;
    if (head === undefined || this.#starting.size > 0) return;
    if (this.#environments.size === 0) {
      this.#start();
      return;
    }
    const patienceMs = Math.max(PATIENCE_MS, 2 * this.#lastStartMs);
    const remainingMs = patienceMs - (performance.now() - Math.max(head.queuedAt, this.#grownAt));
    if (remainingMs > 0) {
      this.#scaleIn(remainingMs);
      return;
    }
    const most = Math.min(2 * this.#environments.size, this.#options.maximumEnvironments);
    const more = Math.min(this.#queue.size, most - this.#environments.size);
    for (let count = 0; count < more; count++) if (!this.#start()) return;
  }

  #scaleIn(ms: number): void {
    this.#patience ??= setTimeout(() => {
      this.#patience = undefined;
      this.#scale();
    }, Math.ceil(ms));
  }

  /**
   * Starts an environment.
   * @returns false if there is no room for one, or if the function cannot run, in which case the
   * waiting invocations have failed
   */
  #start(): boolean {
    try {
      this.#context ??= this.#options.environmentContext();
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#rejectAll(cause);
      return false;
    }
    if (!this.#options.hasRoom(this.#environments.size === 0)) {
      // The pool is not told when another pool's environment ends, so it tries again after a time.
      this.#scaleIn(PATIENCE_MS);
      return false;
    }
    const environment = new ExecutionEnvironment(this.#context, this.#events);
    this.#environments.add(environment);
    this.#starting.add(environment);
    this.#coldStarts += 1;
    this.#startedAt = performance.now();
    environment.start();
    return true;
  }

  #scheduleIdleCheck(): void {
    if (this.#idleTimer !== undefined) return;
    this.#idleTimer = setTimeout(() => {
      this.#idleTimer = undefined;
      const since = performance.now() - this.#options.idleTimeoutMs;
      // The least recently used environments are the first ones. One stays.
      while (this.#idle.length > 1 && (this.#idle[0]?.idleSince ?? Infinity) <= since) {
        this.#idle.shift()?.close();
      }
      if (this.#idle.length > 1) this.#scheduleIdleCheck();
    }, this.#options.idleTimeoutMs).unref();
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at !== -1) list.splice(at, 1);
}
