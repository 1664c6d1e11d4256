import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { correlationIdOf } from './correlation.ts';
import type { Telemetry } from './telemetry.ts';
import type { Tracing } from './tracing.ts';

/** What a handler gets beside its event. */
export interface Invocation {
  readonly correlationId: string;
  /** Adds the correlation id, the function and the request id to each line. */
  readonly logger: Logger;
  /** Published when the handler is done; see `blog-metrics.ts`. */
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Milliseconds until Lambda stops the function. */
  remainingMs(): number;
}

export interface InstrumentOptions<Event, Answer> {
  /** The handler's name: of its subsegment, and the `handler` of its log lines. */
  readonly name: string;
  /**
   * The answer to a caller when the handler failed; the error has been logged and counted.
   * Without it the error is thrown on, so that the service that invoked the function handles it.
   */
  readonly answerToError?: (invocation: Invocation, event: Event) => Answer;
}

/**
 * Wraps a handler in what every handler needs: a correlation id on each log line, the cold start
 * metric, a subsegment, its metrics published whatever happens, and an error logged once, with its
 * stack, and counted in `Errors`. Events are never logged: their headers carry tokens.
 */
export function instrument<Event, Answer>(
  { logger, metrics, tracing }: Telemetry,
  { name, answerToError }: InstrumentOptions<Event, Answer>,
  handle: (event: Event, invocation: Invocation) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  let coldStart = true;

  return async (event, context) => {
    const correlationId = correlationIdOf(event, context);
    logger.addContext(context);
    logger.appendKeys({ handler: name, correlation_id: correlationId });
    metrics.captureColdStartMetric(context.functionName);
    const invocation: Invocation = {
      correlationId,
      logger,
      metrics,
      tracing,
      remainingMs: () => context.getRemainingTimeInMillis(),
    };

    try {
      return await tracing.invocation(`## ${name}`, async () => {
        tracing.annotate('ColdStart', coldStart);
        tracing.annotate('correlationId', correlationId);
        coldStart = false;
        return handle(event, invocation);
      });
    } catch (error) {
      logger.error('handler failed', error instanceof Error ? error : new Error(String(error)));
      // In a blob of its own, whatever dimensions the handler had added.
      metrics.singleMetric().addMetric('Errors', 'Count', 1);
      if (answerToError === undefined) throw error;
      return answerToError(invocation, event);
    } finally {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      else metrics.clearDimensions();
      logger.resetKeys();
    }
  };
}
