export { listTraces, searchedTrace, TraceList, type TraceRow } from './list.ts';
export { traceRoutes, type TracesResponse } from './routes.ts';
export type { WaterfallRow } from './span.ts';
export { type TraceResponse, waterfallOf } from './waterfall-of.ts';
