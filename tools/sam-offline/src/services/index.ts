export { startDynoxide, type DynamoDbService, type DynoxideOptions } from './dynoxide.ts';
export { DynoxideNotFoundError, findDynoxide, PLATFORMS_IN_NPM } from './dynoxide-binary.ts';
export { importFromFauxqs } from './fauxqs-module.ts';
export { freePort } from './free-port.ts';
export { AwsServiceError, createJsonClient, type JsonClient } from './json-client.ts';
export { ensureQueues, type QueueDefinition } from './queues.ts';
export { startQueueService, type QueueService, type QueueServiceOptions } from './queue-service.ts';
export {
  createTable,
  ensureTables,
  TableChangedError,
  type ExistingTable,
  type TableDefinition,
} from './tables.ts';
export { changeId } from './change-id.ts';
export { createExpiredItems, type ExpiredItems } from './expired-items.ts';
export { createStackIdentity, type StackIdentity } from './stack-identity.ts';
export {
  readStreamRecord,
  toAwsSequenceNumber,
  toLocalSequenceNumber,
  type StreamRecord,
  type StreamViewType,
} from './stream-record.ts';
export { type StreamTail, StreamTails } from './stream-tails.ts';
export { startTimeToLive, type TimeToLive, type TimeToLiveOptions } from './time-to-live.ts';
