import type { Insights } from '../../insights/index.ts';
import { maskSecrets, maskText } from '../mask.ts';
import { collectTrace } from './collect.ts';
import { summaryOf, type TraceRow } from './list.ts';
import type { SpanNode, WaterfallRow } from './span.ts';
import { rowsOf, treeOf } from './waterfall.ts';

export interface TraceResponse {
  readonly id: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** The number of all bars, including those in closed groups. */
  readonly spans: number;
  /** The number of bars that were left out, since the trace has too many. */
  readonly left: number;
  readonly correlationIds: readonly string[];
  readonly requestIds: readonly string[];
  /** Traces with the same correlation ids that began earlier. Later ones are in the waterfall. */
  readonly related: readonly TraceRow[];
  readonly rows: readonly WaterfallRow[];
}

/**
 * Makes the waterfall of a trace with its groups closed.
 *
 * @returns undefined if no fact of it is stored
 */
export async function waterfallOf(
  insights: Pick<Insights, 'events'>,
  id: string,
): Promise<TraceResponse | undefined> {
  const trace = await collectTrace(insights, id);
  if (trace === undefined) return undefined;
  const { startMs, endMs } = extentOf(trace.spans);
  const related = await Promise.all(trace.earlier.map((earlier) => summaryOf(insights, earlier)));
  return {
    ...{ id, startMs, durationMs: endMs - startMs, spans: trace.spans.length, left: trace.left },
    ...{ correlationIds: [...trace.correlationIds], requestIds: [...trace.requestIds] },
    related: related.filter((row) => row !== undefined),
    rows: shownRows(treeOf(trace.spans)),
  };
}

/** Makes rows of nodes, with their secrets masked. */
export function shownRows(nodes: readonly SpanNode[]): WaterfallRow[] {
  return rowsOf(nodes).map((row) => ({
    ...row,
    name: maskText(row.name),
    detail: row.detail === undefined ? undefined : maskText(row.detail),
    attributes: maskSecrets(row.attributes) as WaterfallRow['attributes'],
  }));
}

function extentOf(spans: readonly { readonly startMs: number; readonly durationMs: number }[]) {
  let startMs = Infinity;
  let endMs = -Infinity;
  for (const span of spans) {
    startMs = Math.min(startMs, span.startMs);
    endMs = Math.max(endMs, span.startMs + span.durationMs);
  }
  return { startMs, endMs };
}
