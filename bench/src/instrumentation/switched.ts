/**
 * Replaces `@blogapp/observability` in the bundles that are measured. It has the same functions;
 * those that log, count and trace do nothing while `globalThis.instrumentation.isOn` is false. So
 * one process runs a function with and without instrumentation, from the same compiled code.
 */
import {
  createTelemetry as createReal,
  instrument as instrumentReal,
} from '@blogapp/observability';

export * from '@blogapp/observability';

declare global {
  var instrumentation: { isOn: boolean };
}
/** The process that invokes the function sets the switch. */
const state: { readonly isOn: boolean } = (globalThis.instrumentation = { isOn: true });

type Method = (...given: readonly unknown[]) => unknown;
type Methods = Readonly<Record<string, Method>>;

const nothing = (): undefined => undefined;
const bare = {
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing, summary: nothing },
  metrics: { record: nothing, recordDistribution: nothing },
  tracing: {
    subsegment: (_name: unknown, work: unknown) => (work as Method)(),
    annotate: nothing,
    traceId: nothing,
  },
} satisfies Readonly<Record<string, Methods>>;

/** An object with the methods of `without`; each calls that of `real` while the switch is on. */
function switched(real: object, without: Methods): Methods {
  return Object.fromEntries(
    Object.entries(without).map(([name, doNothing]): [string, Method] => [
      name,
      (...given) => (state.isOn ? (real as Methods)[name]?.(...given) : doNothing(...given)),
    ]),
  );
}

/** The telemetry for what a function makes once, at its cold start. */
export function createTelemetry(...given: Parameters<typeof createReal>): object {
  const real = createReal(...given);
  return {
    real,
    logger: switched(real.logger, bare.logger),
    metrics: switched(real.metrics, bare.metrics),
    // Capturing costs nothing before an invocation is traced.
    tracing: {
      ...switched(real.tracing, bare.tracing),
      captureClient: (client: object) => real.tracing.captureClient(client),
    },
  };
}

/** Wraps the handler, or calls it with an invocation whose members do as little as possible. */
export function instrument<Event, Result>(
  { real }: { readonly real: Parameters<typeof instrumentReal>[0] },
  options: Parameters<typeof instrumentReal<Event, Result>>[1],
  handle: (event: Event, invocation: object) => Promise<Result>,
): ReturnType<typeof instrumentReal<Event, Result>> {
  const instrumented = instrumentReal<Event, Result>(real, options, handle);
  return (event, context) =>
    state.isOn
      ? instrumented(event, context)
      : handle(event, {
          ...bare,
          correlationId: context.awsRequestId,
          remainingMs: () => context.getRemainingTimeInMillis(),
        });
}
