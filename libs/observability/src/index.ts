export * from './blog-metrics.ts';
export * from './correlation.ts';
export * from './environment.ts';
export * from './instrument.ts';
export * from './telemetry.ts';
export { noTracing } from './tracing.ts';
export type { Tracing } from './tracing.ts';
