import type { Events } from '../events/index.ts';
import type { ProcessExit, ProcessGroup } from '../processes/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import { EnvironmentFacts } from './environment-facts.ts';
import { exitDescription, summaryOf } from './failures.ts';
import {
  endByResponse,
  endByExit,
  endByTimeout,
  EXIT_ERROR,
  type InvocationEnd,
} from './invocation-end.ts';
import type { Invocation } from './invocation.ts';
import type { Launch } from './launch.ts';
import { PeakMemory } from './peak-memory.ts';
import { type Running, RunningInvocation } from './running-invocation.ts';
import type { RuntimeErrorReport } from './runtime-api.ts';
import { RuntimeProcess } from './runtime-process.ts';

/** Lambda's own limit for the init phase, in ms. */
const INIT_TIMEOUT_MS = 10_000;

export interface EnvironmentContext {
  readonly fn: LambdaFunction;
  readonly launch: Launch;
  readonly events: Events;
  /** The invocations of this function, and of all functions, that run. */
  readonly running: Running;
  readonly processes: ProcessGroup;
  /** Variables that keep AWS's hosts on this machine, for programs that are not our runtimes. */
  readonly proxyVariables?: () => Promise<Readonly<Record<string, string>>>;
  /** Says who an environment is to AWS. @param invocation what it runs, or ran last */
  readonly identify?: (invocation: () => Invocation | undefined) => EnvironmentIdentity;
  /** Runs something once all output that is on its way by now was read. */
  readonly afterOutput: (action: () => void) => void;
}

/** Who an execution environment is to AWS. */
export interface EnvironmentIdentity {
  /** Its key pair, as environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The environment has ended. */
  end(): void;
}

/** What the pool of a function hears from its environments. */
export interface EnvironmentEvents {
  /** Waits for an invocation. */
  ready(environment: ExecutionEnvironment): void;
  /** Waits no longer, without an invocation: its runtime has closed the connection. */
  unready(environment: ExecutionEnvironment): void;
  /** Init failed before any invocation: AWS then tries again within the next one. */
  initFailed(environment: ExecutionEnvironment): void;
  /** Its process has ended. */
  ended(environment: ExecutionEnvironment): void;
}

/**
 * An execution environment: one process of a function that serves one invocation at a time, and the
 * log stream that belongs to it. Phases and their log lines are Lambda's
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 */
export class ExecutionEnvironment {
  /** `performance.now()` since when it has waited for an invocation. */
  idleSince = 0;
  /** Ends after the invocation that it runs: its code was replaced. */
  stale = false;
  /** Why its init failed. */
  initFailure = '';

  readonly #context: EnvironmentContext;
  readonly #events: EnvironmentEvents;
  readonly #facts: EnvironmentFacts;
  readonly #memory = new PeakMemory(() => this.#process?.peakMemoryMb());
  #process: RuntimeProcess | undefined;
  #phase: 'init' | 'init-failed' | 'running' | 'ended' = 'init';
  #initStartedAt = 0;
  #initTimer: NodeJS.Timeout | undefined;
  #initError: RuntimeErrorReport | undefined;
  /** Told in the first invocation's REPORT. */
  #initDurationMs: number | undefined;
  #current: RunningInvocation | undefined;
  /** The invocation that runs, or ran last: what the environment calls belongs to it. */
  #latest: Invocation | undefined;
  readonly #identity: EnvironmentIdentity | undefined;
  /** sam-offline itself ends the process, so its exit is not reported. */
  #closing = false;

  constructor(context: EnvironmentContext, events: EnvironmentEvents) {
    this.#context = context;
    this.#events = events;
    this.#facts = new EnvironmentFacts(context.fn, context.events, context.afterOutput);
    this.#identity = context.identify?.(() => this.#latest);
  }

  /** Starts the process and its init phase. */
  start(): void {
    this.#facts.starting(this.#context.launch.runtimeVersion);
    this.#startProcess(() => {
      this.#initTimer = setTimeout(() => {
        this.#initFailed('timeout', `its init took longer than ${INIT_TIMEOUT_MS} ms`);
      }, INIT_TIMEOUT_MS);
    });
  }

  /** Runs an invocation. The environment has to be ready. */
  invoke(invocation: Invocation): void {
    this.#begin(invocation);
    this.#process?.dispatch(invocation, Date.now() + this.#context.fn.timeoutMs);
  }

  /** Does init again as a part of an invocation, within the function's time-out. */
  retryInit(invocation: Invocation): void {
    this.#phase = 'init';
    this.#begin(invocation);
    this.#startProcess(() => undefined);
  }

  /** Ends the process. An invocation that it runs fails as after a crash. */
  close(): void {
    this.#closing = true;
    if (this.#process === undefined) this.#end();
    else this.#process.kill();
  }

  /** @param spawned is called when the process has started: what prepares it does not count as init */
  #startProcess(spawned: () => void): void {
    this.#initStartedAt = performance.now();
    this.#initError = undefined;
    const started = new RuntimeProcess(this.#context.fn.arn, {
      spawned: () => {
        if (this.#process !== started) return;
        this.#initStartedAt = performance.now();
        spawned();
      },
      ready: () => {
        if (this.#process === started) this.#ready();
      },
      unready: () => {
        if (this.#process === started) this.#events.unready(this);
      },
      responded: (response) => {
        const requestId = this.#current?.invocation.requestId;
        if (this.#process !== started || requestId === undefined) return;
        this.#finish(endByResponse(requestId, response));
      },
      initFailed: (report) => {
        this.#initError = report;
      },
      line: (source, text, isPartial) => {
        this.#facts.line(source, text, isPartial);
      },
      exited: (exit) => {
        if (this.#process === started) this.#exited(exit);
      },
    });
    this.#process = started;
    const { launch, processes, proxyVariables } = this.#context;
    started
      .start(launch, processes, {
        variables: {
          AWS_LAMBDA_LOG_STREAM_NAME: this.#facts.environmentId,
          ...this.#identity?.variables,
        },
        ...(launch.needsProxy && proxyVariables && { defaults: proxyVariables }),
      })
      .catch((error: unknown) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        if (this.#process === started) this.#exited({ code: null, signal: null, error: cause });
      });
  }

  #begin(invocation: Invocation): void {
    const { running, fn } = this.#context;
    this.#latest = invocation;
    this.#current = new RunningInvocation(invocation, running, fn.timeoutMs, () => {
      this.#timedOut();
    });
    this.#facts.started(invocation, running, {
      coldStart: this.#phase === 'init' || this.#initDurationMs !== undefined,
      isReserved: fn.reservedConcurrency !== undefined,
    });
    invocation.onStart?.();
  }

  #ready(): void {
    if (this.#phase === 'init') {
      this.#phase = 'running';
      clearTimeout(this.#initTimer);
      const initDurationMs = performance.now() - this.#initStartedAt;
      if (this.#current !== undefined) {
        // Init within an invocation counts as a part of it.
        const { invocation, elapsedMs } = this.#current;
        const deadlineMs = Math.round(Date.now() + this.#context.fn.timeoutMs - elapsedMs);
        this.#process?.dispatch(invocation, deadlineMs);
        return;
      }
      this.#initDurationMs = initDurationMs;
      this.#facts.ready(initDurationMs);
    }
    this.#current?.release();
    this.#current = undefined;
    this.idleSince = performance.now();
    this.#events.ready(this);
  }

  #timedOut(): void {
    if (this.#current === undefined) return;
    if (this.#phase === 'init') this.#initReport('invoke', 'timeout');
    const { requestId } = this.#current.invocation;
    this.#finish(endByTimeout(requestId, this.#context.fn.timeoutMs));
    this.close();
  }

  #initFailed(status: 'timeout' | 'error', reason: string, errorType?: string): void {
    this.initFailure = reason;
    clearTimeout(this.#initTimer);
    this.#initReport('init', status, errorType);
    const failed = this.#process;
    this.#process = undefined;
    failed?.kill();
    this.#phase = 'init-failed';
    this.#events.initFailed(this);
  }

  #exited(exit: ProcessExit): void {
    const description = exitDescription(exit);
    const errorType = this.#initError?.errorType ?? EXIT_ERROR;
    const current = this.#current;
    if (this.#phase === 'init' && current === undefined && !this.#closing) {
      const reason = this.#initError ? summaryOf(this.#initError) : description;
      this.#initFailed('error', reason, errorType);
      return;
    }
    if (current?.isSettled === true && !this.#closing) {
      // It responded and exited instead of asking for the next invocation, as after an uncaught error.
      this.#end(description, current.invocation.requestId);
      return;
    }
    if (current?.isSettled === false) {
      if (this.#phase === 'init') this.#initReport('invoke', 'error', errorType);
      this.#finish(endByExit(current.invocation.requestId, exit, this.#initError));
    }
    this.#end(this.#closing ? undefined : description);
  }

  /**
   * @param exit how the process ended; undefined where sam-offline ended it
   * @param requestId the invocation that it had ended, where it should have asked for the next one
   */
  #end(exit?: string, requestId?: string): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#identity?.end();
    clearTimeout(this.#initTimer);
    this.#current?.release();
    this.#current?.settle();
    this.#current = undefined;
    this.#facts.gone(exit, requestId);
    this.#events.ended(this);
  }

  /** Tells how the invocation ended, behind the lines that the function wrote, and settles it. */
  #finish(end: InvocationEnd): void {
    const current = this.#current;
    if (current?.settle() !== true) return;
    const { invocation, elapsedMs } = current;
    const { memorySizeMb, timeoutMs } = this.#context.fn;
    const report = {
      durationMs: end.type === 'timeout' ? timeoutMs : elapsedMs,
      memorySizeMb,
      maxMemoryUsedMb: this.#memory.read(),
      initDurationMs: this.#initDurationMs,
    };
    this.#initDurationMs = undefined;
    this.#facts.ended(invocation, report, end, timeoutMs, () => {
      invocation.settle(end.result);
    });
  }

  #initReport(phase: 'init' | 'invoke', status: 'timeout' | 'error', errorType?: string): void {
    const initDurationMs = performance.now() - this.#initStartedAt;
    this.#facts.initFailed({ initDurationMs, phase, status, errorType });
  }
}
