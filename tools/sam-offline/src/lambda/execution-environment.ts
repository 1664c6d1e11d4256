import type { AwsHostProxy } from '../aws-hosts/index.ts';
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
import { CHILDREN_VARIABLE, type Launch, NODE_PRELOAD } from './launch.ts';
import { PeakMemory } from './peak-memory.ts';
import { type Running, RunningInvocation } from './running-invocation.ts';
import type { RuntimeErrorReport } from './runtime-api.ts';
import { RuntimeProcess } from './runtime-process.ts';

/** Lambda's limit for the init phase, in ms. */
const INIT_TIMEOUT_MS = 10_000;

/** The proxy for AWS's hosts, for programs that are not sam-offline's own runtimes. */
export type ProxyForPrograms = Pick<AwsHostProxy, 'variables' | 'reservedVariables'>;

/** What an execution environment needs to run. */
export interface EnvironmentContext {
  readonly fn: LambdaFunction;
  /** The function's version: `$LATEST`, or the number of a published version. */
  readonly version: string;
  readonly launch: Launch;
  readonly events: Events;
  /** The numbers of running invocations of this function and of all functions. */
  readonly running: Running;
  readonly processes: ProcessGroup;
  /** Keeps requests to AWS's hosts on this machine. */
  readonly proxy?: ProxyForPrograms;
  /**
   * Makes the credentials of an environment.
   * @param invocation gives the invocation that it runs, or ran last
   */
  readonly identify?: (invocation: () => Invocation | undefined) => EnvironmentIdentity;
  /** Runs an action after all output that functions have written until now was read. */
  readonly afterOutput: (action: () => void) => void;
}

/** The credentials of an execution environment. */
export interface EnvironmentIdentity {
  /** The key pair, as environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Called when the environment has ended, so that its keys become invalid. */
  end(): void;
}

/** The events of an environment that a function's pool handles. */
export interface EnvironmentEvents {
  /** The environment waits for an invocation. */
  ready(environment: ExecutionEnvironment): void;
  /** The environment does not wait any more, because its runtime has closed the connection. */
  unready(environment: ExecutionEnvironment): void;
  /** Init failed before the first invocation. AWS then repeats it within the next invocation. */
  initFailed(environment: ExecutionEnvironment): void;
  /** Its process has ended. */
  ended(environment: ExecutionEnvironment): void;
}

/**
 * An execution environment: one process of a function that serves one invocation at a time, and its
 * log stream. The phases and their log lines are those of Lambda
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 */
export class ExecutionEnvironment {
  /** The value of `performance.now()` when it started to wait for an invocation, in ms. */
  idleSince = 0;
  /** True if its code was replaced. It ends after the invocation that it runs. */
  stale = false;
  /** The reason why its init failed. */
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
  /** The duration of the init phase, for the REPORT line of the first invocation. */
  #initDurationMs: number | undefined;
  #current: RunningInvocation | undefined;
  /** The invocation that runs, or ran last. The environment's calls belong to it. */
  #latest: Invocation | undefined;
  readonly #identity: EnvironmentIdentity | undefined;
  /** True if sam-offline itself ends the process. Its exit is then not reported. */
  #closing = false;

  constructor(context: EnvironmentContext, events: EnvironmentEvents) {
    this.#context = context;
    this.#events = events;
    this.#facts = new EnvironmentFacts(
      ...([context.fn, context.version, context.events, context.afterOutput] as const),
    );
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

  /** Repeats init as a part of an invocation, within the function's time-out. */
  retryInit(invocation: Invocation): void {
    this.#phase = 'init';
    this.#begin(invocation);
    this.#startProcess(() => undefined);
  }

  /** Ends the process. A running invocation fails as after a crash. */
  close(): void {
    this.#closing = true;
    if (this.#process === undefined) this.#end();
    else this.#process.kill();
  }

  /** @param spawned called when the process has started; the preparation does not count as init */
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
    const { launch, processes, proxy } = this.#context;
    started
      .start(launch, processes, {
        variables: {
          AWS_LAMBDA_LOG_STREAM_NAME: this.#facts.environmentId,
          ...this.#identity?.variables,
        },
        ...(proxy && { defaults: () => proxyVariables(proxy, launch) }),
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
        // The time of an init within an invocation is a part of the invocation's time.
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
      // The process responded, but exited instead of asking for the next invocation, for example
      // after an uncaught error.
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
   * @param exit how the process ended; undefined if sam-offline ended it
   * @param requestId the last invocation, if the process exited after it instead of asking for the
   * next one
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

  /** Reports how the invocation ended, after the lines that the function wrote, and settles it. */
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

/** Gives the variables for the proxy. The proxy does not start for programs that may never run. */
async function proxyVariables(
  proxy: ProxyForPrograms,
  { needsProxy }: Launch,
): Promise<Readonly<Record<string, string>>> {
  // Node.js has no variable that makes all clients use a proxy.
  const preload = { NODE_OPTIONS: `--require=${JSON.stringify(NODE_PRELOAD)}` };
  if (needsProxy === 'program') return { ...(await proxy.variables()), ...preload };
  const forChildren = { ...(await proxy.reservedVariables()), ...preload };
  return { [CHILDREN_VARIABLE]: JSON.stringify(forChildren) };
}
