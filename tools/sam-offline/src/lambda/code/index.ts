export { layersDirectory, stageCode } from './stage-code.ts';
export type { StagedCode } from './staged-code.ts';
