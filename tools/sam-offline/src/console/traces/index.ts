export type { TraceRow } from './list.ts';
export { type TraceAnswer, traceRoutes, type TracesAnswer } from './routes.ts';
export type { WaterfallRow } from './span.ts';
