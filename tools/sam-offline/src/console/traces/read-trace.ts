import type { EventType, StackEvent } from '../../events/index.ts';
import type { Insights } from '../../insights/index.ts';
import type { Span } from './span.ts';
import { spansOf } from './spans-of-facts.ts';

/** The types of facts that are bars of a waterfall. */
export const SPAN_EVENTS: readonly EventType[] = [
  'http.request',
  'connection.opened',
  'connection.refused',
  'message.received',
  'route.integrated',
  'invocation.succeeded',
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
  'delivery',
  'segment',
];

/** The facts of one trace. */
export interface ReadTrace {
  readonly spans: readonly Span[];
  /** How many bars were left out, since there are too many. */
  readonly left: number;
  readonly requestIds: ReadonlySet<string>;
  readonly correlationIds: Set<string>;
  /** The ids of what its calls wrote to queues, and to tables with streams. */
  readonly wrote: ReadonlySet<string>;
  /** The same ids for what its batch carries. */
  readonly carries: ReadonlySet<string>;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Reads a trace.
 *
 * @param maximum the most bars; further ones are only counted
 * @returns undefined if no fact of it is stored
 */
export async function readTrace(
  insights: Pick<Insights, 'events'>,
  traceId: string,
  maximum: number,
): Promise<ReadTrace | undefined> {
  const spans: Span[] = [];
  const requestIds = new Set<string>();
  const correlationIds = new Set<string>();
  const wrote = new Set<string>();
  const carries = new Set<string>();
  const queuedMs = new Map<string, number>();
  let left = 0;
  let startMs = Infinity;
  let endMs = -Infinity;
  const take = (event: StackEvent, id: number): void => {
    for (const span of spansOf(event, id, queuedMs.get(event.requestId ?? ''))) {
      startMs = Math.min(startMs, span.startMs);
      endMs = Math.max(endMs, span.startMs + span.durationMs);
      for (const link of span.links ?? []) (span.kind === 'batch' ? carries : wrote).add(link);
      if (spans.length >= maximum) left++;
      else spans.push({ ...span, traceId });
    }
  };
  const types: EventType[] = [...SPAN_EVENTS, 'invocation.started'];
  for await (const { id, event } of insights.events({ types, contains: traceId })) {
    if (event.traceId !== traceId) continue;
    if (event.requestId !== undefined && event.type !== 'aws.call') requestIds.add(event.requestId);
    if (event.correlationId !== undefined) correlationIds.add(event.correlationId);
    if (event.type !== 'invocation.started') take(event, id);
    else if (event.queuedMs !== undefined) {
      queuedMs.set(event.requestId, event.timeMs - event.queuedMs);
    } else queuedMs.delete(event.requestId);
  }
  if (spans.length === 0) return undefined;
  return { spans, left, requestIds, correlationIds, wrote, carries, startMs, endMs };
}
