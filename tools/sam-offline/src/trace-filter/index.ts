export { TraceFilterError } from './errors.ts';
export { parseTraceFilter, type TraceFilter } from './parse.ts';
export { type Traced, tracedOf } from './trace.ts';
