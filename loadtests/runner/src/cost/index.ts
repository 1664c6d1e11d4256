export { describeCost } from './describe.ts';
export { estimateLoad, type Load } from './load.ts';
export { usageOf } from './usage.ts';
