export { MissingRecordError, readRecord, readRecords, writeRecord } from './files.ts';
export type { LevelSeries, LoadRecord, ProcessUse, StackRecord } from './load-record.ts';
export type { StackMetric, StackMetrics } from './load-record.ts';
