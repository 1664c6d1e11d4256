import type { TimeRange, Trace, TraceSummary } from '../queries.ts';
import type { EventStore } from '../store/index.ts';
import { segmentOf, TRACED_EVENTS } from './segments-of-facts.ts';
import type { Segment } from './segment.ts';

/**
 * The most traces that are summarized, the latest ones. Their segments are held in memory
 * meanwhile.
 */
const MAXIMUM_TRACES = 10_000;
/** How long, in ms, after the beginning of a trace its segments may still come. */
const LATE_MS = 15 * 60 * 1000;

/** The traces that began in a time range, newest first. */
export async function traceSummaries(
  store: EventStore,
  { startMs, endMs }: Required<TimeRange>,
): Promise<TraceSummary[]> {
  const traces = new Map<string, Map<string, Segment>>();
  const range = { startMs, endMs: (endMs ?? Infinity) + LATE_MS };
  for await (const { id, event } of store.read({
    types: TRACED_EVENTS,
    contains: '"traceId":',
    ...range,
  })) {
    add(traces, segmentOf(event, id));
    const [oldest] = traces.keys();
    if (traces.size > MAXIMUM_TRACES && oldest !== undefined) traces.delete(oldest);
  }
  return [...traces]
    .map(([id, segments]) => summaryOf(id, [...segments.values()]))
    .filter((trace) => trace.startMs >= (startMs ?? 0) && trace.startMs < (endMs ?? Infinity))
    .sort((a, b) => b.startMs - a.startMs);
}

/** The traces with these ids that exist, in the order of the ids. */
export async function getTraces(store: EventStore, ids: readonly string[]): Promise<Trace[]> {
  const wanted = new Set(ids);
  const [onlyId] = ids;
  const traces = new Map<string, Map<string, Segment>>();
  const events = store.read({
    types: TRACED_EVENTS,
    contains: wanted.size === 1 ? onlyId : '"traceId":',
  });
  for await (const { id, event } of events) {
    if (event.traceId !== undefined && wanted.has(event.traceId)) add(traces, segmentOf(event, id));
  }
  return [...wanted].flatMap((id) => {
    const segments = [...(traces.get(id)?.values() ?? [])];
    if (segments.length === 0) return [];
    segments.sort((a, b) => a.start_time - b.start_time);
    return [
      {
        id,
        ...spanOf(segments),
        segments: segments.map((segment) => ({
          id: segment.id,
          document: JSON.stringify(segment),
        })),
      },
    ];
  });
}

/** A later document with the same id replaces an earlier one, which was in progress. */
function add(traces: Map<string, Map<string, Segment>>, segment: Segment | undefined): void {
  if (segment === undefined) return;
  const segments = traces.get(segment.trace_id);
  if (segments === undefined) {
    traces.set(segment.trace_id, new Map([[segment.id, segment]]));
    return;
  }
  const earlier = segments.get(segment.id);
  if (earlier === undefined || segment.in_progress !== true) segments.set(segment.id, segment);
}

function spanOf(segments: readonly Segment[]): { startMs: number; durationMs: number } {
  let start = Infinity;
  let end = -Infinity;
  for (const { start_time: startTime, end_time: endTime = startTime } of segments) {
    start = Math.min(start, startTime);
    end = Math.max(end, endTime);
  }
  return { startMs: start * 1000, durationMs: (end - start) * 1000 };
}

function summaryOf(id: string, segments: readonly Segment[]): TraceSummary {
  const ids = new Set(segments.map((segment) => segment.id));
  const byStart = [...segments].sort((a, b) => a.start_time - b.start_time);
  // A subsegment may start before its segment is known, but it is never a root.
  const root =
    byStart.find(
      ({ parent_id: parent, type }) =>
        type === undefined && !(parent !== undefined && ids.has(parent)),
    ) ?? byStart[0];
  const all = flatten(segments);
  const { startMs, durationMs } = spanOf(segments);
  const { http, start_time: rootStart = 0, end_time: rootEnd = rootStart } = root ?? {};
  return {
    id,
    startMs,
    durationMs,
    responseTimeMs: (rootEnd - rootStart) * 1000,
    hasFault: all.some(({ fault }) => fault === true),
    hasError: all.some(({ error }) => error === true),
    hasThrottle: all.some(({ throttle }) => throttle === true),
    isComplete: !segments.some((segment) => segment.in_progress === true),
    entryPoint: root?.name ?? '',
    services: [...new Set(segments.map(({ name }) => name))],
    annotations: annotationsOf(all),
    ...(http !== undefined && {
      http: {
        url: textOf(http.request?.url),
        method: textOf(http.request?.method),
        clientIp: textOf(http.request?.client_ip),
        userAgent: textOf(http.request?.user_agent),
        status: typeof http.response?.status === 'number' ? http.response.status : undefined,
      },
    }),
  };
}

function flatten(segments: readonly Segment[]): Segment[] {
  const all: Segment[] = [];
  const waiting = [...segments];
  for (let segment = waiting.pop(); segment !== undefined; segment = waiting.pop()) {
    all.push(segment);
    // Functions write the documents, so this value need not be a list.
    if (Array.isArray(segment.subsegments))
      waiting.push(...(segment.subsegments as readonly Segment[]));
  }
  return all;
}

function annotationsOf(
  segments: readonly Segment[],
): Record<string, (string | number | boolean)[]> {
  const annotations = new Map<string, Set<string | number | boolean>>();
  for (const segment of segments) {
    for (const [name, value] of Object.entries(segment.annotations ?? {})) {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        continue;
      }
      const values = annotations.get(name);
      if (values === undefined) annotations.set(name, new Set([value]));
      else values.add(value);
    }
  }
  return Object.fromEntries([...annotations].map(([name, values]) => [name, [...values]]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
