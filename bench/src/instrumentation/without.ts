/**
 * Replaces `@blogapp/observability` in the bundles that are measured without it. It has the same
 * functions, but those that log, count and trace do nothing.
 */
export * from '@blogapp/observability';

const nothing = (): undefined => undefined;
const logger = new Proxy({}, { get: () => nothing });
const metrics = { record: nothing, recordDistribution: nothing };
const tracing = {
  subsegment: (_name: string, work: () => unknown) => work(),
  annotate: nothing,
  traceId: nothing,
  captureClient: (client: unknown) => client,
};

export function createTelemetry(): object {
  return { logger, metrics, tracing };
}

interface Context {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Calls the handler with an invocation whose members do as little as possible. */
export function instrument(
  _telemetry: object,
  _options: object,
  handle: (event: unknown, invocation: object) => unknown,
): (event: unknown, context: Context) => unknown {
  return (event, context) =>
    handle(event, {
      ...{ logger, metrics, tracing, correlationId: context.awsRequestId },
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
}
