export { PortTakenError, type Ports } from './ports.ts';
export {
  CodeMissingError,
  type RunningStack,
  startStack,
  type StartStackOptions,
} from './start-stack.ts';
