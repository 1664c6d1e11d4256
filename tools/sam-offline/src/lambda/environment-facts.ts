import {
  type Content,
  elapsedMs,
  type Events,
  type OfLogs,
  type EventOf,
  type StackEvent,
} from '../events/index.ts';
import { newEnvironmentId } from '../ids/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import { isAtLeast } from './log-level.ts';
import type { InvocationEnd } from './invocation-end.ts';
import type { Invocation } from './invocation.ts';
import type { Report, Running } from './running-invocation.ts';

/**
 * Tells the facts of one execution environment. It keeps what Lambda itself does in its place among
 * the lines that the function writes, although the two come by different file descriptors.
 */
export class EnvironmentFacts {
  /** `2026/11/23/[$LATEST]<32 hex digits>`, the name of its log stream. */
  readonly environmentId = newEnvironmentId();
  /** The invocation that runs, which the function's lines belong to. */
  #requestId: string | undefined;
  readonly #functionName: string;
  readonly #events: Events;
  readonly #whenOutputWasRead: (action: () => void) => void;
  readonly #startedAt = performance.now();
  /** Facts that wait until the function's output was read. */
  #waiting = 0;

  readonly #logs: OfLogs;
  readonly #admitsLine: ((text: string) => boolean) | undefined;

  constructor(
    fn: Pick<LambdaFunction, 'functionName' | 'logging' | 'runtime'>,
    events: Events,
    whenOutputWasRead: (action: () => void) => void,
  ) {
    const { functionName, logging, runtime = '' } = fn;
    this.#functionName = functionName;
    this.#logs = {
      ...(logging?.logGroup !== undefined && { logGroup: logging.logGroup }),
      ...(logging?.format === 'JSON' && { systemLogLevel: logging.systemLevel }),
    };
    // The runtimes of Node.js and Python drop lines themselves; of all others, Lambda reads the level.
    if (logging?.format === 'JSON' && !/^(?:nodejs|python)/.test(runtime)) {
      this.#admitsLine = (text) => isAtLeast(text, logging.applicationLevel);
    }
    this.#events = events;
    this.#whenOutputWasRead = whenOutputWasRead;
  }

  /** A line that the function wrote. @param isPartial it goes on in the next line */
  line(source: 'stdout' | 'stderr', text: string, isPartial: boolean): void {
    if (!this.#events.hasListeners || this.#admitsLine?.(text) === false) return;
    this.#events.emit({
      type: 'log',
      logGroup: this.#logs.logGroup,
      timeMs: this.#events.now(),
      functionName: this.#functionName,
      environmentId: this.environmentId,
      requestId: this.#requestId,
      source,
      text,
      isPartial: isPartial || undefined,
    });
  }

  /** Its process starts. */
  starting(runtimeVersion: string): void {
    this.#emit((timeMs) => ({
      ...{ type: 'environment.starting', timeMs, ...this.#belonging(), ...this.#logs },
      runtimeVersion,
    }));
  }

  /** Its init phase has ended well. */
  ready(initDurationMs: number): void {
    this.#emit((timeMs) => ({
      ...{ type: 'environment.ready', timeMs, ...this.#belonging(), initDurationMs },
    }));
  }

  /** Its init has failed, in its own phase or within an invocation. */
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
   * Its process has ended.
   *
   * @param exit how; undefined where sam-offline ended it
   * @param requestId the invocation that it had ended, where it should have asked for the next one
   */
  gone(exit: string | undefined, requestId: string | undefined): void {
    const lifetimeMs = elapsedMs(this.#startedAt);
    this.#emit((timeMs) => ({
      ...{ type: 'environment.gone', timeMs, ...this.#belonging(), ...this.#logs },
      ...{ requestId, exit, lifetimeMs },
    }));
  }

  /** An invocation starts to run. @param running the counts, this invocation included */
  started(
    { requestId, traceId, queuedAt }: Invocation,
    { ofFunction, ofAccount }: Running,
    { coldStart, isReserved }: { readonly coldStart: boolean; readonly isReserved: boolean },
  ): void {
    this.#requestId = requestId;
    const queuedMs = elapsedMs(queuedAt);
    const accountConcurrency = ofAccount.count;
    this.#emit((timeMs) => ({
      type: 'invocation.started',
      timeMs,
      functionName: this.#functionName,
      environmentId: this.environmentId,
      requestId,
      traceId,
      coldStart,
      queuedMs,
      concurrency: ofFunction,
      accountConcurrency,
      isReserved: isReserved || undefined,
      ...this.#logs,
    }));
  }

  /** An invocation has ended. Emits it after the lines that the function has written by now. */
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

  /** Something that Lambda does; behind what still waits. */
  #emit(make: (timeMs: number) => StackEvent): void {
    if (!this.#events.hasListeners) return;
    if (this.#waiting === 0) this.#events.emit(make(this.#events.now()));
    else this.#afterOutput(make, nothing);
  }

  /** Something that Lambda does, behind what the function has written by now, and then an action. */
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
  // There is nothing to do behind the fact.
}
