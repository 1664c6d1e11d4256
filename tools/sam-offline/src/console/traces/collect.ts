import type { EventType, StackEvent } from '../../events/index.ts';
import type { Insights } from '../../insights/index.ts';
import { CORRELATION_MARK, correlationIdsOf } from './correlation-ids.ts';
import type { Span } from './span.ts';
import { spansOf } from './spans-of-facts.ts';

/** Facts that are bars of a waterfall. */
export const SPAN_EVENTS: readonly EventType[] = [
  'http.request',
  'connection.opened',
  'connection.refused',
  'message.received',
  'route.integrated',
  'invocation.answered',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
  'aws.call',
  'connections.call',
  'frame.sent',
  'batch.read',
  'batch.retried',
  'batch.bisected',
  'batch.discarded',
  'segment',
];

/** Bars of one waterfall at most; what is beyond is counted. */
const MAXIMUM_SPANS = 200_000;
/** So many correlation ids of a trace are followed, and so many other traces shown. */
const MAXIMUM_CORRELATIONS = 5;
const MAXIMUM_RELATED = 20;
/** What belongs to a request elsewhere happens within this time around it, in ms. */
const BEFORE_MS = 60_000;
const AFTER_MS = 600_000;
/** A line may be read from the pipe a moment after the response, in ms. */
const LINE_DELAY_MS = 1000;

type Source = Pick<Insights, 'events'>;

/** What is known of a trace. */
export interface CollectedTrace {
  readonly spans: readonly Span[];
  /** Bars that were left out, since there are too many. */
  readonly left: number;
  readonly requestIds: ReadonlySet<string>;
  readonly correlationIds: ReadonlySet<string>;
  /** Traces with the same correlation ids that began before this one. */
  readonly earlier: readonly string[];
}

/**
 * Reads the bars of a trace, and of the traces that went on with its correlation ids: what a stream
 * or a queue led to.
 *
 * @returns undefined where nothing of the trace is stored
 */
export async function collectTrace(
  insights: Source,
  traceId: string,
): Promise<CollectedTrace | undefined> {
  const own = await readTrace(insights, traceId, MAXIMUM_SPANS);
  if (own === undefined) return undefined;
  const spans = [...own.spans];
  let { left } = own;
  const earlier: string[] = [];
  for (const id of await relatedTraces(insights, own, traceId)) {
    const other = await readTrace(insights, id, MAXIMUM_SPANS - spans.length);
    if (other === undefined) continue;
    if (other.startMs < own.startMs) earlier.push(id);
    else {
      // Not spread into one call: a trace may have more bars than a call has room for.
      for (const span of other.spans) spans.push(span);
      left += other.left;
    }
  }
  const { requestIds, correlationIds } = own;
  return { spans, left, requestIds, correlationIds, earlier };
}

interface ReadTrace {
  readonly spans: readonly Span[];
  readonly left: number;
  readonly requestIds: ReadonlySet<string>;
  readonly correlationIds: Set<string>;
  readonly startMs: number;
  readonly endMs: number;
}

async function readTrace(
  insights: Source,
  traceId: string,
  maximum: number,
): Promise<ReadTrace | undefined> {
  const spans: Span[] = [];
  const requestIds = new Set<string>();
  const correlationIds = new Set<string>();
  const queuedMs = new Map<string, number>();
  let left = 0;
  let startMs = Infinity;
  let endMs = -Infinity;
  const take = (event: StackEvent, id: number): void => {
    for (const span of spansOf(event, id, queuedMs.get(event.requestId ?? ''))) {
      startMs = Math.min(startMs, span.startMs);
      endMs = Math.max(endMs, span.startMs + span.durationMs);
      if (spans.length >= maximum) left++;
      else spans.push({ ...span, traceId });
    }
  };
  const types: EventType[] = [...SPAN_EVENTS, 'invocation.queued'];
  for await (const { id, event } of insights.events({ types, contains: traceId })) {
    if (event.traceId !== traceId) continue;
    if (event.requestId !== undefined && event.type !== 'aws.call') requestIds.add(event.requestId);
    if (event.correlationId !== undefined) correlationIds.add(event.correlationId);
    if (event.type === 'invocation.queued') queuedMs.set(event.requestId, event.timeMs);
    else take(event, id);
  }
  if (spans.length === 0) return undefined;
  return { spans, left, requestIds, correlationIds, startMs, endMs };
}

/** The ids of other traces that have a correlation id of this one. It adds those of its log lines. */
async function relatedTraces(
  insights: Source,
  { requestIds, correlationIds, startMs, endMs }: ReadTrace,
  traceId: string,
): Promise<string[]> {
  const lines = insights.events({
    ...{ types: ['log'], contains: CORRELATION_MARK },
    ...{ startMs: startMs - LINE_DELAY_MS, endMs: endMs + LINE_DELAY_MS },
  });
  for await (const { event } of lines) {
    if (event.type !== 'log' || !requestIds.has(event.requestId ?? '')) continue;
    for (const id of correlationIdsOf(event.text)) correlationIds.add(id);
  }
  const around = { startMs: startMs - BEFORE_MS, endMs: endMs + AFTER_MS };
  const traces = new Set<string>();
  const requests = new Set<string>();
  for (const id of [...correlationIds].slice(0, MAXIMUM_CORRELATIONS)) {
    const facts = insights.events({ types: ['log', 'http.request'], contains: id, ...around });
    for await (const { event } of facts) {
      if (event.traceId !== undefined) traces.add(event.traceId);
      else if (event.requestId !== undefined) requests.add(event.requestId);
    }
  }
  if (requests.size > 0) {
    for await (const { event } of insights.events({ types: ['invocation.started'], ...around })) {
      if (event.traceId !== undefined && requests.has(event.requestId ?? '')) {
        traces.add(event.traceId);
      }
    }
  }
  traces.delete(traceId);
  return [...traces].slice(0, MAXIMUM_RELATED);
}
