import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { CommonEnvironment } from './environment.ts';
import { createTracing } from './tracing.ts';
import type { Tracing } from './tracing.ts';

/** The CloudWatch namespace of every metric of the stack. */
export const METRICS_NAMESPACE = 'BlogApp';

/** Powertools, wired once for an execution environment. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/**
 * Makes the logger, the metrics and the tracing of a function.
 *
 * @param service the `service` of log lines and the dimension of metrics: functions that do one job
 *   together share one, so that their metrics add up
 */
export function createTelemetry(service: string, environment: CommonEnvironment): Telemetry {
  return {
    logger: new Logger({
      serviceName: service,
      logLevel: environment.LOG_LEVEL,
      persistentKeys: { environment: environment.ENVIRONMENT },
    }),
    metrics: new Metrics({
      namespace: METRICS_NAMESPACE,
      serviceName: service,
      defaultDimensions: { environment: environment.ENVIRONMENT },
    }),
    tracing: createTracing(service),
  };
}
