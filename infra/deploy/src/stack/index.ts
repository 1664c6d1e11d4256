export { explain, readChangeSet, seriousChanges, type Change } from './change-set.ts';
export { failuresOf } from './failures.ts';
export { obstacle, readStack, waitUntilIdle, type StackState } from './state.ts';
