import type { Context } from 'aws-lambda';
import { correlationIdOf, previousTracesOf } from './correlation.ts';
import { asError } from './errors.ts';
import type { BlogLogger } from './logging.ts';
import type { BlogMetrics } from './metrics.ts';
import type { Telemetry } from './telemetry.ts';
import { TimeOutWatch } from './time-out-watch.ts';
import { traceOf, type Tracing } from './tracing.ts';

/** What a handler receives beside its event. */
export interface Invocation {
  readonly correlationId: string;
  /** Adds the correlation id, the function and the request id to each line. */
  readonly logger: BlogLogger;
  /** Metrics that are published when the handler is done. */
  readonly metrics: Pick<BlogMetrics, 'record' | 'recordDistribution'>;
  readonly tracing: Tracing;
  /** Milliseconds until Lambda stops the function. */
  remainingMs(): number;
}

export interface InstrumentOptions<Event, Result> {
  /** The handler's name, for its subsegment and for `handler` in its log lines. */
  readonly name: string;
  /**
   * Makes the response to a caller when the handler failed; the error has been logged and counted.
   * Without it the error is thrown again, so that the service that invoked the function handles it.
   */
  readonly respondToError?: (invocation: Invocation, event: Event) => Result;
}

/**
 * Wraps a handler in what every handler needs: a correlation id on each log line, the cold start
 * metric, a subsegment, and metrics that are published also when the handler fails. An error is
 * logged once, with its stack, and counted in `Errors`. Events are never logged: their headers
 * carry tokens.
 */
export function instrument<Event, Result>(
  { logger, metrics, tracing, sampleDebugLines }: Telemetry,
  { name, respondToError }: InstrumentOptions<Event, Result>,
  handle: (event: Event, invocation: Invocation) => Promise<Result>,
): (event: Event, context: Context) => Promise<Result> {
  let coldStart = true;
  const watch = new TimeOutWatch();
  const subsegment = `## ${name}`;

  return async (event, context) => {
    const trace = traceOf(process.env);
    const correlationId = correlationIdOf(event, context);
    const publish = (): void => {
      metrics.publish({ correlation_id: correlationId });
    };
    logger.addContext(context, trace.id);
    logger.appendKeys({ handler: name, correlation_id: correlationId });
    sampleDebugLines(correlationId);
    metrics.recordColdStart(context.functionName);
    const invocation: Invocation = {
      correlationId,
      logger,
      metrics,
      tracing,
      remainingMs: () => context.getRemainingTimeInMillis(),
    };
    watch.start(invocation.remainingMs(), () => {
      logger.warn('about to time out');
      publish();
    });

    try {
      return await tracing.invocation(subsegment, trace, () => {
        const isColdStart = coldStart;
        coldStart = false;
        if (tracing.traceId() !== undefined) {
          tracing.annotate('ColdStart', isColdStart);
          tracing.annotate('correlationId', correlationId);
          const previousTraces = previousTracesOf(event).join(' ');
          if (previousTraces !== '') tracing.annotate('previousTraces', previousTraces);
        }
        return handle(event, invocation);
      });
    } catch (error) {
      logger.error('handler failed', asError(error));
      metrics.record('Errors', 1);
      if (respondToError === undefined) throw error;
      return respondToError(invocation, event);
    } finally {
      watch.stop();
      publish();
      logger.resetKeys();
    }
  };
}
