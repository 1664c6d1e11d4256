export { Metrics, type ArtilleryEvents, type EncodedMetrics } from './metrics.ts';
export { WindowedGauge, WindowedMetric } from './windows.ts';
