import { CATALOGUE, createTelemetry, instrument } from '@blogapp/observability';
import type { Invocation, MetricDefinition } from '@blogapp/observability';
import { CapturedOutput, lambdaContext } from '@blogapp/observability/testing';
import type { Line } from '@blogapp/observability/testing';

export interface Invoked<Result> {
  /** The handler's result; undefined when it threw. */
  readonly result: Result | undefined;
  readonly error: unknown;
  readonly logs: readonly Line[];
  readonly metrics: (name: string) => readonly Line[];
  /** All text that was printed. */
  readonly text: string;
}

/** Invokes a handler as Lambda does, instrumented, and collects what it printed. */
export async function invoke<Event, Result>(
  handle: (event: Event, invocation: Invocation) => Promise<Result>,
  event: Event,
  { remainingMs = 10_000 }: { readonly remainingMs?: number } = {},
): Promise<Invoked<Result>> {
  const output = new CapturedOutput();
  let result: Result | undefined;
  let failure: unknown;
  try {
    const telemetry = createTelemetry('ws-handlers', {
      ENVIRONMENT: 'development',
      LOG_LEVEL: 'DEBUG',
      LOG_DEBUG_RATE: 0,
    });
    const context = lambdaContext({ getRemainingTimeInMillis: () => remainingMs });
    result = await instrument(telemetry, { name: 'test' }, handle)(event, context);
  } catch (error) {
    failure = error;
  } finally {
    output.restore();
  }
  for (const line of output.lines()) expectInCatalogue(line);
  return {
    result,
    error: failure,
    logs: output.logs(),
    metrics: (name) => output.metrics(name),
    text: output.text.join(''),
  };
}

/** Throws for a metric that the catalogue does not have, or has with another unit or dimensions. */
function expectInCatalogue(line: Line): void {
  const { _aws: aws } = line as { readonly _aws?: { readonly CloudWatchMetrics: Directive[] } };
  for (const { Dimensions, Metrics } of aws?.CloudWatchMetrics ?? []) {
    for (const { Name, Unit } of Metrics) {
      const definition: Partial<MetricDefinition> =
        Object.entries<MetricDefinition>(CATALOGUE).find(([name]) => name === Name)?.[1] ?? {};
      const { unit, dimensions = [] } = definition;
      expect({ Name, Unit, Dimensions }).toEqual({
        Name,
        Unit: unit,
        Dimensions: [['service', 'environment', ...dimensions]],
      });
    }
  }
}

interface Directive {
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}
