/** Subsegments of the function's X-Ray trace. */
export interface Tracing {
  /** Runs work in a subsegment of its own; an error is recorded in it and thrown on. */
  subsegment<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Adds an indexed key to the current subsegment. */
  annotate(key: string, value: string | number | boolean): void;
  /** Makes an AWS SDK client record a subsegment a call. */
  captureClient<Client>(client: Client): Client;
}

/** Tracing that does nothing. */
export const noTracing: Tracing = {
  subsegment: (_name, work) => work(),
  annotate: () => undefined,
  captureClient: (client) => client,
};

/**
 * Powertools Tracer, where there is an X-Ray daemon to send to and nobody turned tracing off.
 *
 * The X-Ray SDK is a third of a handler's third-party code beside the DynamoDB client, so it is
 * loaded only where it is of use: the bundle holds it, and evaluates it on this import.
 *
 * @param service the `Service` annotation
 */
export async function createTracing(
  service: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Tracing> {
  if (!isTracingOn(environment)) return noTracing;
  const { createXRayTracing } = await import('./xray-tracing.ts');
  return createXRayTracing(service) ?? noTracing;
}

/**
 * Lambda sets `AWS_XRAY_DAEMON_ADDRESS` in every execution environment; without it there is no
 * daemon. `POWERTOOLS_TRACE_ENABLED=false` turns tracing off, as in every Powertools function.
 */
function isTracingOn(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { AWS_XRAY_DAEMON_ADDRESS: daemon = '', POWERTOOLS_TRACE_ENABLED: enabled = '' } =
    environment;
  return daemon !== '' && enabled.toLowerCase() !== 'false';
}
