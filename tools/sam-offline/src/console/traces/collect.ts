import type { EventType, StackEvent } from '../../events/index.ts';
import type { ConsoleContext } from '../api/index.ts';
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

/** Bars of one trace at most; what is beyond is counted. */
const MAXIMUM_SPANS = 200_000;

/** What is known of a trace. */
export interface CollectedTrace {
  readonly spans: readonly Span[];
  /** Bars that were left out, since there are too many. */
  readonly left: number;
  readonly requestIds: ReadonlySet<string>;
  readonly correlationIds: ReadonlySet<string>;
}

/** Reads the bars of a trace: the facts that name it, and those of its requests that do not. */
export async function collectTrace(
  { insights }: Pick<ConsoleContext, 'insights'>,
  traceId: string,
): Promise<CollectedTrace | undefined> {
  const spans: Span[] = [];
  const requestIds = new Set<string>();
  const correlationIds = new Set<string>();
  const known = new Set<number>();
  const queuedMs = new Map<string, number>();
  let left = 0;
  let firstMs = Infinity;
  let lastMs = -Infinity;
  const take = (event: StackEvent, id: number): void => {
    known.add(id);
    if (spans.length >= MAXIMUM_SPANS) left++;
    else spans.push(...spansOf(event, id, queuedMs.get(event.requestId ?? '')));
  };
  const named = insights.events({
    types: [...SPAN_EVENTS, 'invocation.queued', 'log'],
    contains: traceId,
  });
  for await (const { id, event } of named) {
    if (event.traceId !== traceId) continue;
    if (event.requestId !== undefined && event.type !== 'aws.call') requestIds.add(event.requestId);
    if (event.correlationId !== undefined) correlationIds.add(event.correlationId);
    firstMs = Math.min(firstMs, event.timeMs);
    lastMs = Math.max(lastMs, event.timeMs);
    if (event.type === 'invocation.queued') queuedMs.set(event.requestId, event.timeMs);
    else if (event.type !== 'log') take(event, id);
  }
  if (spans.length === 0) return undefined;
  const beside = insights.events({
    types: [
      'message.received',
      'route.integrated',
      'connection.opened',
      'connection.refused',
      'batch.read',
    ],
    startMs: firstMs - AROUND_MS,
    endMs: lastMs + AROUND_MS,
  });
  for await (const { id, event } of beside) {
    if (known.has(id) || event.traceId !== undefined) continue;
    if (event.requestId !== undefined && requestIds.has(event.requestId)) take(event, id);
  }
  return { spans, left, requestIds, correlationIds };
}

/** What belongs to a request happens within this time around the facts that name the trace, in ms. */
const AROUND_MS = 60_000;
