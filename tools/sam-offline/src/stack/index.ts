export { DataFolderError } from './data-folder.ts';
export { eventsDirectoryOf } from './stack-facts.ts';
export { PortTakenError, type Ports } from './ports.ts';
export { AlreadyRunningError, findRunningStack } from './running-stack.ts';
export {
  CodeMissingError,
  type RunningStack,
  startStack,
  type StartStackOptions,
} from './start-stack.ts';
