export { getTraces, traceSummaries } from './assemble.ts';
export { isRefusal, readSegment } from './segment.ts';
