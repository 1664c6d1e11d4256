export type { Bench, BenchOptions, BenchResult } from './bench.ts';
export { describeMachine, describeOtherLoad, type Machine } from './machine.ts';
export { spawnOwned, stopOwnedProcesses, type OwnedProcess } from './owned-process.ts';
export { installPeer, peerDirectory } from './peer.ts';
export { readTree, readTreeCpuMicros, readTreeMemory, type TreeMemory } from './process-tree.ts';
export {
  createReport,
  metric,
  toRow,
  toRows,
  writeReport,
  type BenchReport,
  type Metric,
  type RatioDefinition,
  type Row,
  type Sample,
} from './report.ts';
export { takeTurns, type Variant } from './rounds.ts';
export { median, quantile } from './statistics.ts';
export { renderRatios, renderTable, type Comparison } from './table.ts';
