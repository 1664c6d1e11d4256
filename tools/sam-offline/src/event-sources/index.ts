export {
  startEventSourceMappings,
  type EventSourceMappings,
  type EventSourceMappingsOptions,
} from './event-source-mappings.ts';
export type { RetryDelays } from './backoff.ts';
