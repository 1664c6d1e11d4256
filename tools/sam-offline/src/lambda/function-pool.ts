import {
  ExecutionEnvironment,
  type EnvironmentContext,
  type EnvironmentEvents,
} from './execution-environment.ts';
import { LambdaServiceClosedError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { Invocation } from './invocation.ts';

/**
 * How long the queue's head waits at least, in ms, before more environments start; then there may be
 * twice as many. Where starting one takes long, as on a busy machine, it waits twice that time: more
 * processes would make it worse. So a burst of short invocations is served by one process, which is sooner than by hundreds
 * that all start at once, and long-running invocations still run in parallel, as on AWS.
 */
const PATIENCE_MS = 50;

export interface PoolOptions {
  /** Reads the function's code and starts nothing; called before the first environment and after a reload. */
  readonly environmentContext: () => EnvironmentContext;
  /** Most environments at a time. */
  readonly maximumEnvironments: number;
  /** Whether all functions together may have one more environment. Not called for the first. */
  readonly hasRoom: () => boolean;
  /** Idle environments beyond the first end after this time, in ms. */
  readonly idleTimeoutMs: number;
}

/** What became of newer code. */
export type ReloadResult =
  | { readonly type: 'reloaded' }
  /** It does not start. The earlier code goes on serving. */
  | {
      readonly type: 'failed';
      readonly reason: string;
      /** There is no file of its handler: a build may be under way. */
      readonly isMissing: boolean;
    }
  /** Code that is newer still came meanwhile, or the pool was closed. */
  | { readonly type: 'superseded' };

/** `retired` resolves when nothing runs from the earlier code any more. */
export type Replacement =
  | { readonly type: 'reloaded'; readonly retired: Promise<void> }
  | Exclude<ReloadResult, { readonly type: 'reloaded' }>;

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
  /** The most recently used is last. */
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #queue = new Fifo<Invocation>();
  readonly #events: EnvironmentEvents;
  readonly #starting = new Set<ExecutionEnvironment>();
  #context: EnvironmentContext | undefined;
  /** Of newer code, while it starts; it serves once it is ready. */
  #candidate: ExecutionEnvironment | undefined;
  /** Called once the environments of earlier code have ended. */
  readonly #retiring: { readonly environments: Set<ExecutionEnvironment>; done(): void }[] = [];
  #coldStarts = 0;
  /** When an environment was last added to those that serve, in ms since the process started. */
  #grownAt = 0;
  /** When the last environment was started, likewise. */
  #startedAt = 0;
  /** How long the last environment took to be ready, in ms. */
  #lastStartMs = 0;
  #patience: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
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

  /** Runs an invocation in an idle environment, or as soon as one is free or has started. */
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
    this.#queue.add(invocation);
    this.#scale();
  }

  /**
   * Starts an environment of newer code. Once it is ready, all invocations run in environments of
   * that code, and those of the earlier code end when their invocations have; until then, and if it
   * does not start, the earlier code serves.
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
    // A function that nobody has called stays without a process.
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

  /** Ends the idle environment that was used least recently, unless it is the only one. */
  endIdle(): boolean {
    if (this.#environments.size < 2) return false;
    const environment = this.#idle.shift();
    environment?.close();
    return environment !== undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#idleTimer);
    for (const invocation of this.#queue.takeAll()) {
      invocation.reject(new LambdaServiceClosedError());
    }
    for (const environment of this.#environments) environment.close();
    this.#candidate?.close();
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

  /** Starts environments for what waits, by the rule above. */
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

  /** False where there is no room, or the function cannot run at all; what waits has failed then. */
  #start(): boolean {
    try {
      this.#context ??= this.#options.environmentContext();
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      for (const invocation of this.#queue.takeAll()) invocation.reject(cause);
      return false;
    }
    if (this.#environments.size > 0 && !this.#options.hasRoom()) {
      // No event says that another function's environment has ended, so this asks again.
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
      // The least recently used are first, and one stays.
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
