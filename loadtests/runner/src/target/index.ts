export { startBareTarget } from './bare.ts';
export { deployedTarget } from './deployed.ts';
export { outputsTarget } from './outputs.ts';
export { startLocalTarget, type LocalTargetOptions } from './local.ts';
export { TargetError, type Target } from './target.ts';
export { sdkConfig } from './sdk-config.ts';
