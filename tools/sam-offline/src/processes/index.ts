export { createProcessGroup, spawnManaged } from './process-group.ts';
export type { ManagedProcess, ProcessExit, ProcessGroup } from './process-group.ts';
