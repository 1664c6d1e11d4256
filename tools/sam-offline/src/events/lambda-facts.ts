import type { FactOf, OfTrace } from './belonging.ts';

interface OfFunction {
  readonly functionName: string;
}

/**
 * How and where Lambda writes the log lines of a fact. Absent: as text, to
 * `/aws/lambda/<function name>`.
 */
export interface OfLogs {
  readonly logGroup?: string | undefined;
  /**
   * The level of Lambda's own lines with `LogFormat: JSON`. These lines are objects, and those
   * below the level are dropped.
   */
  readonly systemLogLevel?: 'DEBUG' | 'INFO' | 'WARN' | undefined;
}

interface OfInvocation extends OfFunction {
  readonly requestId: string;
  readonly traceId: string;
}

/** The figures of Lambda's REPORT line. */
export interface InvocationReport extends OfTrace {
  readonly durationMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb?: number | undefined;
  /** Present if it was a cold start. */
  readonly initDurationMs?: number | undefined;
}

/** Functions: invocations, execution environments, and what they write. */
export type LambdaFact =
  /**
   * An invocation has waited for an execution environment for over a second, or failed before it
   * started. How long any other has waited is told with its start only.
   */
  | FactOf<'invocation.queued', OfInvocation>
  /** An invocation starts to run. Its event is passed beside the fact. */
  | FactOf<
      'invocation.started',
      OfInvocation &
        OfLogs & {
          readonly environmentId: string;
          readonly coldStart: boolean;
          readonly payloadBytes: number;
          /** For asynchronous invocations: the number of the attempt, from 1. */
          readonly attempt?: number | undefined;
          /** For asynchronous invocations: how long the event has waited since it was accepted. */
          readonly eventAgeMs?: number | undefined;
          /** How long the invocation has waited for an environment. Absent if one was idle. */
          readonly queuedMs?: number | undefined;
          /** Whether there was an `invocation.queued` before. */
          readonly wasQueued?: boolean | undefined;
          /** How many invocations of the function run, including this one. */
          readonly concurrency: number;
          /** How many invocations of all functions run, including this one. */
          readonly accountConcurrency: number;
          /** Whether the function has reserved concurrency. */
          readonly isReserved?: boolean | undefined;
        }
    >
  | FactOf<
      'invocation.succeeded',
      OfInvocation &
        OfLogs &
        InvocationReport & { readonly environmentId: string; readonly responseBytes: number }
    >
  | FactOf<
      'invocation.failed',
      OfInvocation &
        OfLogs &
        InvocationReport & {
          readonly environmentId: string;
          readonly errorType: string;
          readonly errorMessage: string;
          /**
           * `handler`: the function reported the error; `environment`: the runtime exited, or its
           * response was too large. Lambda's REPORT line has a status for the latter only.
           */
          readonly origin: 'handler' | 'environment';
          /** How the runtime exited, if it did: `Runtime exited with error: exit status 1`. */
          readonly exit?: string | undefined;
        }
    >
  | FactOf<
      'invocation.timed-out',
      OfInvocation &
        OfLogs &
        InvocationReport & { readonly environmentId: string; readonly timeoutMs: number }
    >
  | FactOf<'invocation.throttled', OfInvocation & { readonly reason: string }>
  /** Lambda accepted an asynchronous event. */
  | FactOf<
      'async-event.received',
      OfFunction & { readonly requestId: string; readonly payloadBytes: number }
    >
  /** An asynchronous event failed for the last time, or became too old. */
  | FactOf<
      'async-event.dropped',
      OfFunction & {
        readonly requestId: string;
        readonly reason: 'retries-exhausted' | 'event-age-exceeded';
        readonly attempts: number;
      }
    >
  | FactOf<
      'environment.starting',
      OfFunction & OfLogs & { readonly environmentId: string; readonly runtimeVersion: string }
    >
  | FactOf<
      'environment.ready',
      OfFunction & { readonly environmentId: string; readonly initDurationMs: number }
    >
  /** Init failed, either in its own phase or when it was tried again within an invocation. */
  | FactOf<
      'environment.init-failed',
      OfFunction &
        OfLogs & {
          readonly environmentId: string;
          readonly initDurationMs: number;
          readonly phase: 'init' | 'invoke';
          readonly status: 'error' | 'timeout';
          readonly errorType?: string | undefined;
        }
    >
  | FactOf<
      'environment.gone',
      OfFunction &
        OfLogs & {
          readonly environmentId: string;
          /** How the runtime exited. Absent if sam-offline ended it. */
          readonly exit?: string | undefined;
          readonly lifetimeMs: number;
        }
    >
  /**
   * An entry of a log group: a line that a function wrote, an event of PutLogEvents, or a line of a
   * stage's access log.
   */
  | FactOf<
      'log',
      {
        readonly source: 'stdout' | 'stderr' | 'put-log-events' | 'access-log';
        readonly text: string;
        /**
         * Present for `put-log-events` and `access-log`. A function without a log group of its own
         * writes to `/aws/lambda/<function name>`.
         */
        readonly logGroup?: string | undefined;
        /**
         * Present for `put-log-events` and `access-log`. The stream of a function's line is the id
         * of its environment.
         */
        readonly logStream?: string | undefined;
        /** The API that the access log belongs to. */
        readonly apiId?: string | undefined;
        /** When sam-offline received the entry, if `timeMs` is the sender's time. */
        readonly ingestedMs?: number | undefined;
        /** Whether the line continues in the next entry. An entry has 256 KB at most. */
        readonly isPartial?: boolean | undefined;
      }
    >;
