import type { Trace, TraceSummary } from '../insights/index.ts';

/** A trace, or one service of it, in the form that filter expressions read. */
export interface Traced {
  readonly name: string | undefined;
  /** `AWS::Lambda::Function` */
  readonly type: string | undefined;
  readonly error: boolean;
  readonly fault: boolean;
  readonly throttle: boolean;
  readonly partial: boolean;
  /** Seconds. */
  readonly responsetime: number;
  /** Seconds. */
  readonly duration: number;
  readonly http: {
    readonly url?: string | undefined;
    readonly status?: number | undefined;
    readonly method?: string | undefined;
    readonly clientIp?: string | undefined;
    readonly userAgent?: string | undefined;
  };
  readonly annotations: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  readonly users: readonly string[];
  readonly services: readonly Traced[];
  readonly edges: readonly { readonly from: Traced; readonly to: Traced }[];
}

/**
 * The parts of a segment document that filters read. Functions write the documents, so each part
 * may be of any type.
 */
interface Part {
  readonly id?: unknown;
  readonly parent_id?: unknown;
  readonly name?: unknown;
  readonly origin?: unknown;
  readonly user?: unknown;
  readonly start_time?: unknown;
  readonly end_time?: unknown;
  readonly in_progress?: unknown;
  readonly error?: unknown;
  readonly fault?: unknown;
  readonly throttle?: unknown;
  readonly http?: {
    readonly request?: Readonly<Record<string, unknown>>;
    readonly response?: Readonly<Record<string, unknown>>;
  };
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly subsegments?: readonly Part[];
}

/**
 * Makes what filter expressions read of a trace.
 *
 * @param trace the documents, needed if the expression looks into services
 */
export function tracedOf(summary: TraceSummary, trace: Trace | undefined): Traced {
  const parts = (trace?.segments ?? []).map(({ document }) => JSON.parse(document) as Part);
  const services = parts.map(serviceOf);
  const ids = parts.map((part) => new Set(idsOf(part)));
  const edges = parts.flatMap((part, index) => {
    const parent = ids.findIndex(
      (own) => typeof part.parent_id === 'string' && own.has(part.parent_id),
    );
    const from = services[parent];
    const to = services[index];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  return {
    ...{ name: summary.entryPoint, type: undefined, services, edges },
    ...{ error: summary.hasError, fault: summary.hasFault, throttle: summary.hasThrottle },
    partial: !summary.isComplete,
    responsetime: summary.responseTimeMs / 1000,
    duration: summary.durationMs / 1000,
    http: summary.http ?? {},
    annotations: summary.annotations,
    users: parts.flatMap(({ user }) => (typeof user === 'string' ? [user] : [])),
  };
}

function serviceOf(part: Part): Traced {
  const { start_time: start, end_time: end } = part;
  const seconds = typeof start === 'number' && typeof end === 'number' ? end - start : 0;
  const { request, response } = part.http ?? {};
  return {
    ...{ name: textOf(part.name), type: textOf(part.origin), services: [], edges: [] },
    error: part.error === true,
    fault: part.fault === true,
    throttle: part.throttle === true,
    partial: part.in_progress === true,
    responsetime: seconds,
    duration: seconds,
    http: {
      url: textOf(request?.url),
      method: textOf(request?.method),
      clientIp: textOf(request?.client_ip),
      userAgent: textOf(request?.user_agent),
      status: typeof response?.status === 'number' ? response.status : undefined,
    },
    annotations: annotationsOf(part),
    users: typeof part.user === 'string' ? [part.user] : [],
  };
}

function annotationsOf(part: Part): Record<string, (string | number | boolean)[]> {
  return Object.fromEntries(
    Object.entries(part.annotations ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, [value]]]
        : [],
    ),
  );
}

function idsOf(part: Part): string[] {
  const below = Array.isArray(part.subsegments) ? (part.subsegments as readonly Part[]) : [];
  return [...(typeof part.id === 'string' ? [part.id] : []), ...below.flatMap(idsOf)];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
