/**
 * Indexed keys by which traces can be found; X-Ray takes letters, digits and `_` in their names.
 */
export type Annotations = Readonly<Record<string, string | number | boolean>>;

/** What Lambda says about an invocation's trace. */
export interface Trace {
  /** The id, also of a trace that is not sampled. */
  readonly id: string | undefined;
  readonly isSampled: boolean;
}

/** Subsegments of the function's X-Ray trace. */
export interface Tracing {
  /** Runs a whole invocation in a subsegment of its own; see `subsegment`. */
  invocation<T>(name: string, trace: Trace, work: () => Promise<T>): Promise<T>;
  /**
   * Runs a part of an invocation in a subsegment; an error is recorded there and thrown again.
   *
   * @param annotations indexed keys of the subsegment
   */
  subsegment<T>(name: string, work: () => Promise<T>, annotations?: Annotations): Promise<T>;
  /** Adds an indexed key to the current subsegment. */
  annotate(key: string, value: string | number | boolean): void;
  /**
   * Returns the id of this invocation's trace when it is sampled. It is stored with what the
   * invocation writes and queues.
   */
  readonly traceId: () => string | undefined;
  /** Makes an AWS SDK client record a subsegment for each call; returns the client. */
  captureClient<Client>(client: Client): Client;
}

/** The part of `Tracing` that uses the X-Ray SDK. Its invocations are sampled. */
export interface XRayTracing extends Omit<Tracing, 'traceId' | 'invocation'> {
  invocation<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Tracing that does nothing. */
export const noTracing: Tracing = {
  invocation: (_name, _trace, work) => work(),
  subsegment: (_name, work) => work(),
  annotate: () => undefined,
  traceId: () => undefined,
  captureClient: (client) => client,
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Makes the tracing of a function. Powertools Tracer is loaded with the first invocation that X-Ray
 * samples (about one in twenty), and used for sampled invocations only. It is not loaded at the
 * cold start, because the X-Ray SDK takes 6 to 10 ms to load. The bundle contains it; `import()`
 * evaluates it.
 *
 * @param service the `Service` annotation
 */
export function createTracing(service: string, environment: Environment = process.env): Tracing {
  if (!isTracingOn(environment)) return noTracing;

  const clients: unknown[] = [];
  let loaded: XRayTracing | undefined;
  const load = async (): Promise<XRayTracing> => {
    // Lambda sets LOG_ERROR, with which an AWS call in an invocation that is not sampled logs a
    // stack.
    process.env.AWS_XRAY_CONTEXT_MISSING = 'IGNORE_ERROR';
    const { createXRayTracing } = await import('./xray-tracing.ts');
    const tracing = createXRayTracing(service);
    for (const client of clients) tracing.captureClient(client);
    return tracing;
  };
  /** The id of this invocation's trace when it is sampled. */
  let traceId: string | undefined;
  const current = (): Omit<XRayTracing, 'invocation'> =>
    traceId === undefined ? noTracing : (loaded ?? noTracing);

  const traced = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    loaded ??= await load();
    return loaded.invocation(name, work);
  };

  return {
    invocation: (name, { id, isSampled }, work) => {
      traceId = isSampled ? id : undefined;
      return traceId === undefined ? work() : traced(name, work);
    },
    subsegment: (name, work, annotations) => current().subsegment(name, work, annotations),
    traceId: () => traceId,
    annotate: (key, value) => {
      current().annotate(key, value);
    },
    captureClient: (client) => {
      if (loaded === undefined) clients.push(client);
      else loaded.captureClient(client);
      return client;
    },
  };
}

/**
 * Lambda sets `AWS_XRAY_DAEMON_ADDRESS` in every execution environment; without it there is no
 * daemon. `POWERTOOLS_TRACE_ENABLED=false` turns tracing off, as in every Powertools function.
 */
function isTracingOn(environment: Environment): boolean {
  const { AWS_XRAY_DAEMON_ADDRESS: daemon = '', POWERTOOLS_TRACE_ENABLED: enabled = '' } =
    environment;
  return daemon !== '' && enabled.toLowerCase() !== 'false';
}

/**
 * The trace that this invocation belongs to. Lambda sets the header for each invocation:
 * `Root=…;Parent=…;Sampled=1`. Read it once: reading the environment costs 1 µs. A caller may have
 * chosen the id; characters that a secret needs end it.
 */
export function traceOf({ _X_AMZN_TRACE_ID: header = '' }: Environment): Trace {
  return { id: /Root=([\w-]+)/.exec(header)?.[1], isSampled: header.includes('Sampled=1') };
}
