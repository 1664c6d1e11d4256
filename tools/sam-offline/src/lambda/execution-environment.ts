import type { LogSink } from '../log.ts';
import type { ProcessExit, ProcessGroup } from '../processes/index.ts';
import type { LambdaFunction } from '../template/model.ts';
import { EnvironmentLog } from './environment-log.ts';
import { exitDescription, failure, reportedFailure, summaryOf } from './failures.ts';
import { MAXIMUM_RESPONSE_BYTES, type Invocation } from './invocation.ts';
import type { InvocationResult } from './invoker.ts';
import type { Launch } from './launch.ts';
import {
  endLine,
  initReportLine,
  initStartLine,
  reportLine,
  startLine,
  timeoutLine,
  timeoutMessage,
  type InvocationStatus,
} from './report.ts';
import type { RuntimeAnswer, RuntimeErrorReport } from './runtime-api.ts';
import { RuntimeProcess } from './runtime-process.ts';

/** Lambda's own limit for the init phase, in ms. */
const INIT_TIMEOUT_MS = 10_000;
/** How often the process's memory is read at most, in ms. */
const MEMORY_INTERVAL_MS = 100;

export interface EnvironmentContext {
  readonly fn: LambdaFunction;
  readonly launch: Launch;
  readonly log: LogSink;
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
  readonly #log: EnvironmentLog;
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
    this.#log = new EnvironmentLog(context.fn.logicalId, context.log, context.afterOutput);
  }

  /** Starts the process and its init phase. */
  start(): void {
    this.#log.platform(initStartLine(this.#context.launch.runtimeVersion));
    this.#startProcess();
    this.#initTimer = setTimeout(() => {
      this.#initFailed({ type: 'timeout' }, `its init took longer than ${INIT_TIMEOUT_MS} ms`);
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
      line: (source, text) => {
        this.#log.line(source, text);
      },
      exited: (exit) => {
        if (this.#process === started) this.#exited(exit);
      },
    });
    this.#process = started;
    started
      .start(this.#context.launch, this.#context.processes, {
        AWS_LAMBDA_LOG_STREAM_NAME: this.#log.stream,
      })
      .catch((error: unknown) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        if (this.#process === started) this.#exited({ code: null, signal: null, error: cause });
      });
  }

  #begin(invocation: Invocation): void {
    this.#log.platform(startLine(invocation.requestId));
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
        { type: 'success' },
      );
    } else if (answer.type === 'response-too-large') {
      const errorType = 'Function.ResponseSizeTooLarge';
      this.#finish(
        failure(
          requestId,
          errorType,
          `Response payload size (${answer.bytes} bytes) exceeded maximum allowed payload size (${MAXIMUM_RESPONSE_BYTES} bytes).`,
        ),
        { type: 'error', errorType },
      );
    } else {
      const result = reportedFailure(requestId, answer.error);
      // What a handler throws is an error of the invocation, not of the environment: no status.
      this.#finish(result, { type: 'success' });
    }
  }

  #timedOut(): void {
    const { fn } = this.#context;
    if (this.#current === undefined) return;
    const { requestId } = this.#current.invocation;
    const message = timeoutMessage(fn.timeoutMs);
    this.#log.platform(timeoutLine(requestId, message, Date.now()));
    if (this.#phase === 'init') this.#initReport('invoke', { type: 'timeout' });
    this.#finish(
      failure(requestId, 'Sandbox.Timedout', `RequestId: ${requestId} Error: ${message}`),
      { type: 'timeout' },
    );
    this.close();
  }

  #initFailed(status: InvocationStatus, reason: string): void {
    this.initFailure = reason;
    clearTimeout(this.#initTimer);
    this.#initReport('init', status);
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
      this.#initFailed(
        { type: 'error', errorType },
        this.#initError ? summaryOf(this.#initError) : description,
      );
      return;
    }
    if (this.#current !== undefined && !this.#current.answered) {
      const { requestId } = this.#current.invocation;
      if (this.#phase === 'init') this.#initReport('invoke', { type: 'error', errorType });
      if (this.#initError === undefined) {
        const message = `RequestId: ${requestId} Error: ${description}`;
        this.#log.platform(`${message}\nRuntime.ExitError`);
        this.#finish(failure(requestId, 'Runtime.ExitError', message), {
          type: 'error',
          errorType: 'Runtime.ExitError',
        });
      } else {
        this.#finish(reportedFailure(requestId, this.#initError), { type: 'error', errorType });
      }
    } else if (this.#current !== undefined && !this.#closing) {
      // It answered and ended instead of asking for more, as after an uncaught error.
      this.#log.platform(
        `RequestId: ${this.#current.invocation.requestId} Error: ${description}\nRuntime.ExitError`,
      );
    }
    this.#end();
  }

  #end(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    clearTimeout(this.#initTimer);
    clearTimeout(this.#current?.timer);
    this.#current = undefined;
    this.#events.ended(this);
  }

  /** Writes END and REPORT and settles the invocation, after the lines that the function wrote. */
  #finish(result: InvocationResult, status: InvocationStatus): void {
    const current = this.#current;
    if (current === undefined || current.answered) return;
    current.answered = true;
    const { fn } = this.#context;
    const { requestId, settle } = current.invocation;
    const now = performance.now();
    const report = reportLine({
      requestId,
      durationMs: status.type === 'timeout' ? fn.timeoutMs : now - current.startedAt,
      memorySizeMb: fn.memorySizeMb,
      maxMemoryUsedMb: this.#readMemory(now),
      initDurationMs: this.#initDurationMs,
      status,
    });
    this.#initDurationMs = undefined;
    this.#log.afterOutput([endLine(requestId), report], () => {
      settle(result);
    });
  }

  #initReport(phase: 'init' | 'invoke', status: InvocationStatus): void {
    this.#log.platform(initReportLine(performance.now() - this.#initStartedAt, phase, status));
  }

  #readMemory(now: number): number | undefined {
    if (now - this.#memoryReadAt >= MEMORY_INTERVAL_MS) {
      this.#memoryReadAt = now;
      this.#memoryMb = this.#process?.peakMemoryMb() ?? this.#memoryMb;
    }
    return this.#memoryMb;
  }
}
