import * as z from 'zod';
import { type ConsoleContext, limit, range, rangeOf } from '../api/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { Kept } from '../kept/index.ts';
import { parseSearch } from '../search/index.ts';
import { collectTrace } from './collect.ts';
import { searchedTrace, TraceList, type TraceRow } from './list.ts';
import { shownRows, type TraceResponse, waterfallOf } from './waterfall-of.ts';
import { findNode, treeOf } from './waterfall.ts';

/** Traces, newest first. */
export interface TracesResponse {
  readonly traces: readonly TraceRow[];
  readonly left: number;
}

/** Traces as waterfalls. */
export function traceRoutes(context: ConsoleContext): Route[] {
  const { nowMs } = context;
  const kept = new Kept((wanted) => new TraceList(context.insights, wanted), nowMs);
  return [
    route({
      method: 'GET',
      path: '/api/traces',
      operationId: 'listTraces',
      summary: 'Traces that began in a time range, newest first.',
      response: 'Summaries of traces, and how many more there are.',
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
      async handle({ query }): Promise<TracesResponse> {
        const search = parseSearch(query.q);
        const asked = rangeOf(query, nowMs());
        const all = (await kept.of(asked)).rows(asked);
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
      summary: 'The waterfall of one trace. Many similar bars are one group.',
      response: 'Rows, parents before their children, with their depth.',
      async handle({ path }): Promise<TraceResponse> {
        const id = parameter(path, 'traceId');
        const trace = await waterfallOf(context.insights, id);
        if (trace === undefined) throw notStored(id);
        return trace;
      },
    }),
    route({
      method: 'GET',
      path: '/api/traces/{traceId}/groups/{groupId}',
      operationId: 'getTraceGroup',
      summary: 'The bars of a group, a part at a time.',
      response: 'Rows, and the number of all rows.',
      query: z.object({
        offset: z.coerce.number().int().min(0).default(0),
        limit: limit(500, 5000),
      }),
      async handle({ path, query }) {
        const id = parameter(path, 'traceId');
        const trace = await collectTrace(context.insights, id);
        if (trace === undefined) throw notStored(id);
        const group = findNode(treeOf(trace.spans), parameter(path, 'groupId'));
        if (group === undefined) throw new RequestError(404, 'The trace has no such group.');
        const part = group.children.slice(query.offset, query.offset + query.limit);
        return { total: group.children.length, rows: shownRows(part) };
      },
    }),
  ];
}

function notStored(traceId: string): RequestError {
  return new RequestError(404, `There is no trace ${traceId}, or it is no longer kept.`);
}
