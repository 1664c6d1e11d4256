import type { Events, InvocationReport, StackEvent } from '../events/index.ts';
import type { ProcessExit, ProcessGroup } from '../processes/index.ts';
import type { LambdaFunction } from '../template/model.ts';
import { EnvironmentFacts } from './environment-facts.ts';
import {
  exitDescription,
  failure,
  reportedFailure,
  summaryOf,
  timeoutMessage,
} from './failures.ts';
import { MAXIMUM_RESPONSE_BYTES, type Invocation } from './invocation.ts';
import type { InvocationResult } from './invoker.ts';
import type { Launch } from './launch.ts';
import type { RuntimeAnswer, RuntimeErrorReport } from './runtime-api.ts';
import { RuntimeProcess } from './runtime-process.ts';

/** Lambda's own limit for the init phase, in ms. */
const INIT_TIMEOUT_MS = 10_000;
/** How often the process's memory is read at most, in ms. */
const MEMORY_INTERVAL_MS = 100;

/** How many invocations run. */
export interface Running {
  ofFunction: number;
  readonly ofAccount: { count: number };
}

export interface EnvironmentContext {
  readonly fn: LambdaFunction;
  readonly launch: Launch;
  readonly events: Events;
  /** The invocations of this function, and of all functions, that run. */
  readonly running: Running;
  readonly processes: ProcessGroup;
  /** Runs something once all output that is on its way by now was read. */
  readonly afterOutput: (action: () => void) => void;
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
 * What ended an invocation. A handler's error is an error of the invocation, not of the environment:
 * Lambda's REPORT line has a status for the latter only.
 */
type InvocationEnd =
  | { readonly type: 'timeout' }
  | {
      readonly type: 'handler' | 'environment';
      /** Where it is another one than the answer's. */
      readonly errorType?: string;
      /** How the runtime exited. */
      readonly exit?: string;
    };

interface RunningInvocation {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
  /** Set once the result is known; the runtime may still be busy. */
  answered: boolean;
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
  readonly #startedAt = performance.now();
  #process: RuntimeProcess | undefined;
  #phase: 'init' | 'init-failed' | 'running' | 'ended' = 'init';
  #initStartedAt = 0;
  #initTimer: NodeJS.Timeout | undefined;
  #initError: RuntimeErrorReport | undefined;
  /** Told in the first invocation's REPORT. */
  #initDurationMs: number | undefined;
  #current: RunningInvocation | undefined;
  /** sam-offline itself ends the process: that it goes is no news. */
  #closing = false;
  #memoryMb: number | undefined;
  #memoryReadAt = -Infinity;

  constructor(context: EnvironmentContext, events: EnvironmentEvents) {
    this.#context = context;
    this.#events = events;
    this.#facts = new EnvironmentFacts(
      context.fn.functionName,
      context.events,
      context.afterOutput,
    );
  }

  /** Starts the process and its init phase. */
  start(): void {
    const { runtimeVersion } = this.#context.launch;
    this.#facts.emit((timeMs) => ({
      ...{ type: 'environment.starting', timeMs, ...this.#belonging(), runtimeVersion },
    }));
    this.#startProcess();
    this.#initTimer = setTimeout(() => {
      this.#initFailed('timeout', `its init took longer than ${INIT_TIMEOUT_MS} ms`);
    }, INIT_TIMEOUT_MS);
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
    this.#startProcess();
  }

  /** Ends the process. An invocation that it runs fails as after a crash. */
  close(): void {
    this.#closing = true;
    if (this.#process === undefined) this.#end();
    else this.#process.kill();
  }

  #startProcess(): void {
    this.#initStartedAt = performance.now();
    this.#initError = undefined;
    const started = new RuntimeProcess(this.#context.fn.arn, {
      ready: () => {
        if (this.#process === started) this.#ready();
      },
      unready: () => {
        if (this.#process === started) this.#events.unready(this);
      },
      answered: (answer) => {
        if (this.#process === started) this.#answered(answer);
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
    started
      .start(this.#context.launch, this.#context.processes, {
        AWS_LAMBDA_LOG_STREAM_NAME: this.#facts.environmentId,
      })
      .catch((error: unknown) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        if (this.#process === started) this.#exited({ code: null, signal: null, error: cause });
      });
  }

  #begin(invocation: Invocation): void {
    const { running, fn } = this.#context;
    running.ofFunction += 1;
    running.ofAccount.count += 1;
    const counts = {
      ...{ concurrency: running.ofFunction, accountConcurrency: running.ofAccount.count },
      ...(fn.reservedConcurrency !== undefined && { isReserved: true }),
    };
    const coldStart = this.#phase === 'init' || this.#initDurationMs !== undefined;
    const queuedMs = performance.now() - invocation.queuedAt;
    this.#facts.requestId = invocation.requestId;
    this.#facts.emit((timeMs) => ({
      ...{ type: 'invocation.started', timeMs, ...this.#belonging() },
      ...{ requestId: invocation.requestId, traceId: invocation.traceId },
      ...{ coldStart, queuedMs, ...counts },
    }));
    this.#current = {
      invocation,
      startedAt: performance.now(),
      timer: setTimeout(() => {
        this.#timedOut();
      }, this.#context.fn.timeoutMs),
      answered: false,
    };
    invocation.onStart?.();
  }

  #ready(): void {
    if (this.#phase === 'init') {
      this.#phase = 'running';
      clearTimeout(this.#initTimer);
      const initDurationMs = performance.now() - this.#initStartedAt;
      if (this.#current !== undefined) {
        // Init within an invocation counts as a part of it.
        const { invocation, startedAt } = this.#current;
        const elapsedMs = performance.now() - startedAt;
        this.#process?.dispatch(
          invocation,
          Math.round(Date.now() + this.#context.fn.timeoutMs - elapsedMs),
        );
        return;
      }
      this.#initDurationMs = initDurationMs;
      this.#facts.emit((timeMs) => ({
        ...{ type: 'environment.ready', timeMs, ...this.#belonging(), initDurationMs },
      }));
    }
    if (this.#current !== undefined) {
      clearTimeout(this.#current.timer);
      this.#current = undefined;
    }
    this.idleSince = performance.now();
    this.#events.ready(this);
  }

  #answered(answer: RuntimeAnswer): void {
    const { requestId } = this.#current?.invocation ?? {};
    if (requestId === undefined) return;
    if (answer.type === 'response') {
      this.#finish(
        {
          ok: true,
          requestId,
          payload: answer.body,
          ...(answer.contentType !== undefined && { contentType: answer.contentType }),
        },
        { type: 'handler' },
      );
    } else if (answer.type === 'response-too-large') {
      this.#finish(
        failure(
          requestId,
          'Function.ResponseSizeTooLarge',
          `Response payload size (${answer.bytes} bytes) exceeded maximum allowed payload size (${MAXIMUM_RESPONSE_BYTES} bytes).`,
        ),
        { type: 'environment' },
      );
    } else {
      const result = reportedFailure(requestId, answer.error);
      this.#finish(result, { type: 'handler' });
    }
  }

  #timedOut(): void {
    const { fn } = this.#context;
    if (this.#current === undefined) return;
    const { requestId } = this.#current.invocation;
    const message = timeoutMessage(fn.timeoutMs);
    if (this.#phase === 'init') this.#initReport('invoke', 'timeout');
    this.#finish(
      failure(requestId, 'Sandbox.Timedout', `RequestId: ${requestId} Error: ${message}`),
      { type: 'timeout' },
    );
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
    const errorType = this.#initError?.errorType ?? 'Runtime.ExitError';
    if (this.#phase === 'init' && this.#current === undefined && !this.#closing) {
      const reason = this.#initError ? summaryOf(this.#initError) : description;
      this.#initFailed('error', reason, errorType);
      return;
    }
    if (this.#current !== undefined && !this.#current.answered) {
      const { requestId } = this.#current.invocation;
      if (this.#phase === 'init') this.#initReport('invoke', 'error', errorType);
      if (this.#initError === undefined) {
        const message = `RequestId: ${requestId} Error: ${description}`;
        this.#finish(failure(requestId, 'Runtime.ExitError', message), {
          ...{ type: 'environment', exit: description },
        });
      } else {
        this.#finish(reportedFailure(requestId, this.#initError), {
          type: 'environment',
          errorType,
        });
      }
    } else if (this.#current !== undefined && !this.#closing) {
      // It answered and ended instead of asking for more, as after an uncaught error.
      this.#end(description, this.#current.invocation.requestId);
      return;
    }
    this.#end(this.#closing ? undefined : description);
  }

  /**
   * @param exit how the process ended; undefined where sam-offline ended it
   * @param requestId the invocation that it had answered, where it should have asked for more
   */
  #end(exit?: string, requestId?: string): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    clearTimeout(this.#initTimer);
    clearTimeout(this.#current?.timer);
    if (this.#current?.answered === false) this.#countEnd();
    this.#current = undefined;
    const lifetimeMs = performance.now() - this.#startedAt;
    this.#facts.emit((timeMs) => ({
      ...{ type: 'environment.gone', timeMs, ...this.#belonging(), requestId, exit, lifetimeMs },
    }));
    this.#events.ended(this);
  }

  /** Tells how the invocation ended, behind the lines that the function wrote, and settles it. */
  #finish(result: InvocationResult, end: InvocationEnd): void {
    const current = this.#current;
    if (current === undefined || current.answered) return;
    current.answered = true;
    this.#countEnd();
    const { fn } = this.#context;
    const { invocation } = current;
    const now = performance.now();
    const report = {
      durationMs: end.type === 'timeout' ? fn.timeoutMs : now - current.startedAt,
      memorySizeMb: fn.memorySizeMb,
      maxMemoryUsedMb: this.#readMemory(now),
      initDurationMs: this.#initDurationMs,
    };
    this.#initDurationMs = undefined;
    this.#facts.afterOutput(
      (timeMs) => this.#endFact(timeMs, invocation, report, result, end),
      () => {
        invocation.settle(result);
      },
    );
  }

  #endFact(
    timeMs: number,
    { requestId, traceId, segmentId, parentId }: Invocation,
    report: InvocationReport,
    result: InvocationResult,
    end: InvocationEnd,
  ): StackEvent {
    const of = { ...this.#belonging(), requestId, traceId, ...report, segmentId, parentId };
    const content = (): Buffer => result.payload;
    if (result.ok) {
      const responseBytes = result.payload.length;
      return { type: 'invocation.answered', timeMs, ...of, responseBytes, content };
    }
    if (end.type === 'timeout') {
      const { timeoutMs } = this.#context.fn;
      return { type: 'invocation.timed-out', timeMs, ...of, timeoutMs };
    }
    const { errorMessage } = result;
    const errorType = end.errorType ?? result.errorType;
    const { type: origin, exit } = end;
    return {
      ...{ type: 'invocation.failed', timeMs, ...of, errorType, errorMessage, origin, exit },
      content,
    };
  }

  #initReport(phase: 'init' | 'invoke', status: 'timeout' | 'error', errorType?: string): void {
    const initDurationMs = performance.now() - this.#initStartedAt;
    this.#facts.emit((timeMs) => ({
      ...{ type: 'environment.init-failed', timeMs, ...this.#belonging() },
      ...{ initDurationMs, phase, status, errorType },
    }));
  }

  #belonging(): { readonly functionName: string; readonly environmentId: string } {
    const { functionName } = this.#context.fn;
    return { functionName, environmentId: this.#facts.environmentId };
  }

  #countEnd(): void {
    this.#context.running.ofFunction -= 1;
    this.#context.running.ofAccount.count -= 1;
  }

  #readMemory(now: number): number | undefined {
    if (now - this.#memoryReadAt >= MEMORY_INTERVAL_MS) {
      this.#memoryReadAt = now;
      this.#memoryMb = this.#process?.peakMemoryMb() ?? this.#memoryMb;
    }
    return this.#memoryMb;
  }
}
