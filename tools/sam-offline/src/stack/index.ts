export { DataFolderError } from './data-folder.ts';
export { eventsDirectoryOf } from './stack-facts.ts';
export { PortTakenError, type Ports } from './ports.ts';
export { AlreadyRunningError, findRunningStack } from './running-stack.ts';
export { type RunningStack, startStack } from './start-stack.ts';
export type { StartStackOptions } from './start-stack-options.ts';
