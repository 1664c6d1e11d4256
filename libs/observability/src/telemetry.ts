import type { CommonEnvironment } from './environment.ts';
import { createLogger, isDebugSampled } from './logging.ts';
import type { BlogLogger } from './logging.ts';
import { BlogMetrics } from './metrics.ts';
import { createTracing } from './tracing.ts';
import type { Tracing } from './tracing.ts';

/** The CloudWatch namespace of every metric of the stack. */
export const METRICS_NAMESPACE = 'BlogApp';

/** Powertools, set up once for each execution environment. */
export interface Telemetry {
  readonly logger: BlogLogger;
  readonly metrics: BlogMetrics;
  readonly tracing: Tracing;
  /** Sets the log level for a correlation id: DEBUG for the share `LOG_DEBUG_RATE` of the ids. */
  readonly sampleDebugLines: (correlationId: string) => void;
}

/**
 * Makes the logger, the metrics and the tracing of a function.
 *
 * @param service the `service` of log lines and the dimension of metrics: functions that do one job
 *   together share one, so that their metrics add up
 */
export function createTelemetry(service: string, environment: CommonEnvironment): Telemetry {
  const logger = createLogger(service, environment);
  const { LOG_LEVEL: level, LOG_DEBUG_RATE: rate } = environment;
  return {
    logger,
    metrics: new BlogMetrics({
      namespace: METRICS_NAMESPACE,
      service,
      environment: environment.ENVIRONMENT,
      log: logger,
    }),
    tracing: createTracing(service),
    sampleDebugLines(correlationId) {
      if (rate === 0) return;
      logger.setLogLevel(isDebugSampled(correlationId, rate) ? 'DEBUG' : level);
    },
  };
}
