import type { Insights } from '../../insights/index.ts';
import { CORRELATION_MARK, correlationIdsOf } from './correlation-ids.ts';
import type { ReadTrace } from './read-trace.ts';

/** The most correlation ids of a trace that are followed. */
const MAXIMUM_CORRELATIONS = 5;
/** How far, in ms, facts of a request in other traces may be from it in time. */
const BEFORE_MS = 60_000;
const AFTER_MS = 600_000;
/** How long, in ms, after the response a line may be read from the pipe. */
const LINE_DELAY_MS = 1000;

type Source = Pick<Insights, 'events'>;

/** The ids of the traces that began with a batch of what this one wrote to tables and queues. */
export async function tracesAfter(
  insights: Source,
  { wrote, startMs, endMs }: ReadTrace,
): Promise<Set<string>> {
  const traces = new Set<string>();
  if (wrote.size === 0) return traces;
  const batches = insights.events({
    ...{ types: ['batch.read'], contains: '"carries":', startMs, endMs: endMs + AFTER_MS },
  });
  for await (const { event } of batches) {
    if (event.type !== 'batch.read' || event.traceId === undefined) continue;
    if (event.carries?.some((link) => wrote.has(link))) traces.add(event.traceId);
  }
  return traces;
}

/** The ids of the traces that wrote what the batch of this one carries. */
export async function tracesBefore(
  insights: Source,
  { carries, startMs, endMs }: ReadTrace,
): Promise<Set<string>> {
  const traces = new Set<string>();
  if (carries.size === 0) return traces;
  const calls = insights.events({
    ...{
      types: ['aws.call', 'delivery'],
      contains: '"wrote":',
      startMs: startMs - BEFORE_MS,
      endMs,
    },
  });
  for await (const { event } of calls) {
    if (event.type !== 'aws.call' && event.type !== 'delivery') continue;
    if (event.traceId === undefined) continue;
    // The batch may be read before the call has its response.
    if (event.timeMs - event.durationMs > startMs) continue;
    if (event.wrote?.some((link) => carries.has(link))) traces.add(event.traceId);
  }
  return traces;
}

/**
 * The ids of the traces that have a correlation id of this one. It adds the correlation ids of this
 * trace's log lines to the trace.
 */
export async function correlatedTraces(
  insights: Source,
  { requestIds, correlationIds, startMs, endMs }: ReadTrace,
): Promise<Set<string>> {
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
  return traces;
}
