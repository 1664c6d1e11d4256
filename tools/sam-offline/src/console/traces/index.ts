export { listTraces, searchedTrace, type TraceRow } from './list.ts';
export { traceRoutes, type TracesAnswer } from './routes.ts';
export type { WaterfallRow } from './span.ts';
export { type TraceAnswer, waterfallOf } from './waterfall-of.ts';
