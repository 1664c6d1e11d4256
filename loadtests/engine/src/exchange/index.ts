export { Collector, type Collected } from './collector.ts';
export { Exchange, type Signal, type SpreadReport, type WorkerPart } from './signals.ts';
