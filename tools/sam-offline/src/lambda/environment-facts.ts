import {
  type Content,
  elapsedMs,
  type Events,
  type OfLogs,
  type EventOf,
  type StackEvent,
} from '../events/index.ts';
import { logGroupOf, newEnvironmentId } from '../ids/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import { isAtLeast } from './log-level.ts';
import type { InvocationEnd } from './invocation-end.ts';
import type { Invocation } from './invocation.ts';
import type { Report, Running } from './running-invocation.ts';

/**
 * Emits the facts of one execution environment. The facts about Lambda's own steps have the right
 * place among the lines that the function writes, although both are read from different file
 * descriptors.
 */
export class EnvironmentFacts {
  /** The name of the environment's log stream: `2026/11/23/[$LATEST]<32 hex digits>`. */
  readonly environmentId: string;
  /** The running invocation, which the function's lines belong to. */
  #requestId: string | undefined;
  readonly #functionName: string;
  readonly #events: Events;
  readonly #whenOutputWasRead: (action: () => void) => void;
  readonly #startedAt = performance.now();
  /** The number of facts that wait until the function's output was read. */
  #waiting = 0;

  readonly #logs: OfLogs;
  readonly #admitsLine: ((text: string) => boolean) | undefined;

  constructor(
    fn: Pick<LambdaFunction, 'functionName' | 'logging' | 'runtime'>,
    version: string,
    events: Events,
    whenOutputWasRead: (action: () => void) => void,
  ) {
    const { functionName, logging, runtime = '' } = fn;
    this.environmentId = newEnvironmentId(version);
    this.#functionName = functionName;
    const logGroup = logging?.logGroup;
    this.#logs = {
      // Most templates name the group that a function writes to anyway.
      ...(logGroup !== undefined && logGroup !== logGroupOf(functionName) && { logGroup }),
      ...(logging?.format === 'JSON' && { systemLogLevel: logging.systemLevel }),
    };
    // The runtimes of Node.js and Python drop lines below the level themselves. For all others,
    // Lambda reads the level of each line.
    if (logging?.format === 'JSON' && !/^(?:nodejs|python)/.test(runtime)) {
      this.#admitsLine = (text) => isAtLeast(text, logging.applicationLevel);
    }
    this.#events = events;
    this.#whenOutputWasRead = whenOutputWasRead;
  }

  /**
   * Reports a line that the function wrote.
   * @param isPartial whether the next line continues this one
   */
  line(source: 'stdout' | 'stderr', text: string, isPartial: boolean): void {
    if (!this.#events.hasListeners || this.#admitsLine?.(text) === false) return;
    this.#events.emit({
      type: 'log',
      timeMs: this.#events.now(),
      functionName: this.#functionName,
      environmentId: this.environmentId,
      requestId: this.#requestId,
      source,
      text,
      isPartial: isPartial || undefined,
      logGroup: this.#logs.logGroup,
    });
  }

  /** Reports that the process starts. */
  starting(runtimeVersion: string): void {
    this.#emit((timeMs) => ({
      ...{ type: 'environment.starting', timeMs, ...this.#belonging(), ...this.#logs },
      runtimeVersion,
    }));
  }

  /** Reports that the init phase has succeeded. */
  ready(initDurationMs: number): void {
    this.#emit((timeMs) => ({
      ...{ type: 'environment.ready', timeMs, ...this.#belonging(), initDurationMs },
    }));
  }

  /** Reports that init has failed, in the init phase or within an invocation. */
  initFailed(
    failed: Pick<
      EventOf<'environment.init-failed'>,
      'initDurationMs' | 'phase' | 'status' | 'errorType'
    >,
  ): void {
    this.#emit((timeMs) => ({
      ...{ type: 'environment.init-failed', timeMs, ...this.#belonging(), ...this.#logs },
      ...failed,
    }));
  }

  /**
   * Reports that the process has ended.
   *
   * @param exit how the process ended; undefined if sam-offline ended it
   * @param requestId the last invocation, if the process exited after it instead of asking for the
   * next one
   */
  gone(exit: string | undefined, requestId: string | undefined): void {
    const lifetimeMs = elapsedMs(this.#startedAt);
    this.#emit((timeMs) => ({
      ...{ type: 'environment.gone', timeMs, ...this.#belonging(), ...this.#logs },
      ...{ requestId, exit, lifetimeMs },
    }));
  }

  /**
   * Reports that an invocation starts to run.
   * @param running the numbers of running invocations, including this one
   */
  started(
    { requestId, traceId, queuedAt, hasWaited, isQueued, payload, attempt }: Invocation,
    { ofFunction, ofAccount }: Running,
    { coldStart, isReserved }: { readonly coldStart: boolean; readonly isReserved: boolean },
  ): void {
    this.#requestId = requestId;
    const queuedMs = hasWaited ? elapsedMs(queuedAt) : undefined;
    const accountConcurrency = ofAccount.count;
    this.#emit(
      (timeMs) => ({
        type: 'invocation.started',
        timeMs,
        functionName: this.#functionName,
        environmentId: this.environmentId,
        requestId,
        traceId,
        payloadBytes: Buffer.byteLength(payload),
        attempt: attempt?.number,
        eventAgeMs: attempt && attempt.eventAgeMs + Math.round(queuedMs ?? 0),
        coldStart,
        queuedMs,
        wasQueued: isQueued || undefined,
        concurrency: ofFunction,
        accountConcurrency,
        isReserved: isReserved || undefined,
        ...this.#logs,
      }),
      payload,
    );
  }

  /**
   * Reports that an invocation has ended, after the lines that the function has written until now.
   */
  ended(
    invocation: Invocation,
    report: Report,
    end: InvocationEnd,
    timeoutMs: number,
    then: () => void,
  ): void {
    const content = end.type === 'timeout' ? undefined : end.result.payload;
    this.#afterOutput(
      (timeMs) => this.#endFact(timeMs, invocation, report, end, timeoutMs),
      then,
      content,
    );
  }

  #endFact(
    timeMs: number,
    { requestId, traceId, segmentId, parentId }: Invocation,
    report: Report,
    { result, type: origin, errorType, exit }: InvocationEnd,
    timeoutMs: number,
  ): StackEvent {
    if (result.ok) {
      return {
        type: 'invocation.succeeded',
        timeMs,
        functionName: this.#functionName,
        environmentId: this.environmentId,
        requestId,
        traceId,
        durationMs: report.durationMs,
        memorySizeMb: report.memorySizeMb,
        maxMemoryUsedMb: report.maxMemoryUsedMb,
        initDurationMs: report.initDurationMs,
        segmentId,
        parentId,
        responseBytes: result.payload.length,
        ...this.#logs,
      };
    }
    const of = {
      ...this.#belonging(),
      ...this.#logs,
      ...{ requestId, traceId, ...report, segmentId, parentId },
    };
    if (origin === 'timeout') return { type: 'invocation.timed-out', timeMs, ...of, timeoutMs };
    const { errorMessage } = result;
    return {
      ...{ type: 'invocation.failed', timeMs, ...of, errorType: errorType ?? result.errorType },
      ...{ errorMessage, origin, exit },
    };
  }

  #belonging(): { readonly functionName: string; readonly environmentId: string } {
    return { functionName: this.#functionName, environmentId: this.environmentId };
  }

  /** Emits a fact about a step of Lambda, after the facts that still wait. */
  #emit(make: (timeMs: number) => StackEvent, content?: Content): void {
    if (!this.#events.hasListeners) return;
    if (this.#waiting === 0) this.#events.emit(make(this.#events.now()), content);
    else this.#afterOutput(make, nothing, content);
  }

  /**
   * Emits a fact about a step of Lambda after the lines that the function has written until now,
   * and then runs an action.
   */
  #afterOutput(make: (timeMs: number) => StackEvent, action: () => void, content?: Content): void {
    this.#waiting += 1;
    this.#whenOutputWasRead(() => {
      this.#waiting -= 1;
      if (this.#events.hasListeners) this.#events.emit(make(this.#events.now()), content);
      action();
    });
  }
}

function nothing(): void {
  // No action follows the fact.
}
