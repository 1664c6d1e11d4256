import type { FactOf, OfTrace } from './belonging.ts';

interface OfFunction {
  readonly functionName: string;
}

/** Where Lambda writes lines of a fact, and how; absent: as text in `/aws/lambda/<function name>`. */
export interface OfLogs {
  readonly logGroup?: string | undefined;
  /** With `LogFormat: JSON`: Lambda's own lines are objects, and those below this level are dropped. */
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
  /** Present on a cold start. */
  readonly initDurationMs?: number | undefined;
}

/** Functions: invocations, execution environments, and what they write. */
export type LambdaFact =
  | FactOf<
      'invocation.queued',
      OfInvocation & {
        readonly invocationType: 'synchronous' | 'asynchronous';
        /** From 1; more than 1 for a retry of an asynchronous invocation. */
        readonly attempt: number;
        readonly payloadBytes: number;
        /** Asynchronous only: how long the event has waited since it was accepted. */
        readonly eventAgeMs?: number | undefined;
      }
    >
  | FactOf<
      'invocation.started',
      OfInvocation &
        OfLogs & {
          readonly environmentId: string;
          readonly coldStart: boolean;
          /** How long it has waited for an environment. */
          readonly queuedMs: number;
          /** Invocations of the function that run, this one included. */
          readonly concurrency: number;
          /** Invocations of all functions that run, this one included. */
          readonly accountConcurrency: number;
          /** The function has reserved concurrency. */
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
          /** How the runtime exited, where it did: `Runtime exited with error: exit status 1`. */
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
  /** An asynchronous event was accepted. */
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
  /** Init failed: in its own phase, or when it was tried again within an invocation. */
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
          /** How the runtime exited; absent when sam-offline ended it. */
          readonly exit?: string | undefined;
          readonly lifetimeMs: number;
        }
    >
  /** An entry of a log group: a line that a function wrote, an event of PutLogEvents, or a line of a stage's access log. */
  | FactOf<
      'log',
      {
        readonly source: 'stdout' | 'stderr' | 'put-log-events' | 'access-log';
        readonly text: string;
        /** Set for `put-log-events` and `access-log`; a function's group is `/aws/lambda/<function name>`, where it has no other. */
        readonly logGroup?: string | undefined;
        /** Set for `put-log-events` and `access-log`; a function's stream is its environment's id. */
        readonly logStream?: string | undefined;
        /** The API of an access log. */
        readonly apiId?: string | undefined;
        /** When sam-offline received it, where `timeMs` is the sender's. */
        readonly ingestedMs?: number | undefined;
        /** The line goes on in the next entry: entries have 256 KB at most. */
        readonly isPartial?: boolean | undefined;
      }
    >;
