export { MissingRecordError, readRecord, readRecords, writeRecord } from './files.ts';
export type { LoadRecord, StackRecord } from './load-record.ts';
export type { StackMetric, StackMetrics } from './load-record.ts';
