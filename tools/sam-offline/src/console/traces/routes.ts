import * as z from 'zod';
import { type ConsoleContext, limit, range, rangeOf } from '../api/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { maskSecrets, maskText } from '../mask.ts';
import { parseSearch, type Searched } from '../search/index.ts';
import { collectTrace } from './collect.ts';
import { listTraces, type TraceRow } from './list.ts';
import type { WaterfallRow } from './span.ts';
import { findNode, rowsOf, treeOf } from './waterfall.ts';

/** Traces, newest first. */
export interface TracesAnswer {
  readonly traces: readonly TraceRow[];
  readonly left: number;
}

export interface TraceAnswer {
  readonly id: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Bars in all, those in closed groups too. */
  readonly spans: number;
  /** Bars that are not there, since the trace has too many. */
  readonly left: number;
  readonly correlationIds: readonly string[];
  readonly requestIds: readonly string[];
  /** Other traces of the same correlation ids: what a stream or a queue went on with. */
  readonly related: readonly TraceRow[];
  readonly rows: readonly WaterfallRow[];
}

/** Traces as waterfalls. */
export function traceRoutes(context: ConsoleContext): Route[] {
  const { nowMs } = context;
  const nodesOf = async (traceId: string) => {
    const trace = await collectTrace(context, traceId);
    if (trace === undefined) {
      throw new RequestError(404, `There is no trace ${traceId}, or it is no longer kept.`);
    }
    return { trace, nodes: treeOf(trace.spans) };
  };
  return [
    route({
      method: 'GET',
      path: '/api/traces',
      operationId: 'listTraces',
      summary: 'Traces that began in a time range, newest first.',
      answers: 'Summaries of traces, and how many more there are.',
      query: z.object({
        q: z
          .string()
          .default('')
          .describe(
            'A search: `route:"GET /posts" status:5* duration>250 function:*-api error:*`.',
          ),
        limit: limit(200, 10_000),
        ...range,
      }),
      async handle({ query }): Promise<TracesAnswer> {
        const search = parseSearch(query.q);
        const all = await listTraces(context.insights, rangeOf(query, nowMs()));
        const found = search.isEmpty
          ? all
          : all.filter((one) => search.matches(searchedTrace(one)));
        const traces = found.slice(0, query.limit);
        return { traces, left: found.length - traces.length };
      },
    }),
    route({
      method: 'GET',
      path: '/api/traces/{traceId}',
      operationId: 'getTrace',
      summary: 'The waterfall of one trace; where many bars are alike, they are one group.',
      answers: 'Rows, parents before their children, with their depth.',
      async handle({ path }): Promise<TraceAnswer> {
        const id = parameter(path, 'traceId');
        const { trace, nodes } = await nodesOf(id);
        const { startMs, endMs } = extentOf(trace.spans);
        const correlationIds = [...trace.correlationIds];
        const related = (
          await listTraces(context.insights, { startMs: startMs - 60_000, endMs: endMs + 600_000 })
        ).filter(
          (other) =>
            other.id !== id && other.correlationIds.some((one) => correlationIds.includes(one)),
        );
        return {
          ...{ id, startMs, durationMs: endMs - startMs, spans: trace.spans.length },
          ...{ left: trace.left, correlationIds, requestIds: [...trace.requestIds], related },
          rows: rowsOf(nodes).map(masked),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/traces/{traceId}/groups/{groupId}',
      operationId: 'getTraceGroup',
      summary: 'The bars of a group, a part at a time.',
      answers: 'Rows, and how many there are in all.',
      query: z.object({
        offset: z.coerce.number().int().min(0).default(0),
        limit: limit(500, 5000),
      }),
      async handle({ path, query }) {
        const { nodes } = await nodesOf(parameter(path, 'traceId'));
        const group = findNode(nodes, parameter(path, 'groupId'));
        if (group === undefined) throw new RequestError(404, 'The trace has no such group.');
        const part = group.children.slice(query.offset, query.offset + query.limit);
        return { total: group.children.length, rows: rowsOf(part).map(masked) };
      },
    }),
  ];
}

function masked(row: WaterfallRow): WaterfallRow {
  return {
    ...row,
    name: maskText(row.name),
    detail: row.detail === undefined ? undefined : maskText(row.detail),
    attributes: maskSecrets(row.attributes) as WaterfallRow['attributes'],
  };
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

function searchedTrace(trace: TraceRow): Searched {
  const values: Readonly<Record<string, () => readonly unknown[]>> = {
    id: () => [trace.id],
    trace: () => [trace.id],
    route: () => trace.routes,
    function: () => trace.functions,
    status: () => (trace.statusCode === undefined ? [] : [trace.statusCode]),
    duration: () => [trace.durationMs],
    correlation: () => trace.correlationIds,
    correlationid: () => trace.correlationIds,
    connection: () => trace.connectionIds,
    connectionid: () => trace.connectionIds,
    request: () => trace.requestIds,
    requestid: () => trace.requestIds,
    error: () => trace.errors,
    outcome: () => [trace.status],
    cold: () => [trace.coldStarts > 0],
  };
  return {
    text: [trace.name, trace.id, ...trace.routes, ...trace.functions, ...trace.errors].join(' '),
    values: (key) => values[key]?.() ?? [],
  };
}
