export { createBroadcaster, type BroadcasterOptions } from './broadcaster.ts';
export { createChannelStore, shardOf, type ConnectionsTable } from './channels/index.ts';
export type * from './contract.ts';
export { DEFAULT_RETRY_POLICY, STOP_MARGIN_MS, type RetryPolicy } from './deliver/index.ts';
export {
  ConnectionGoneError,
  EventTooLargeError,
  InvalidEventError,
  InvalidTaskError,
  TooManyChannelsError,
} from './errors.ts';
export {
  silentObserver,
  type BroadcastLog,
  type BroadcastObserver,
  type BroadcastTrace,
  type ObservedDelivery,
} from './observer.ts';
export {
  createFanoutQueue,
  type DeadLetterReason,
  type FanoutQueue,
  type FanoutQueueOptions,
} from './queue/index.ts';
export * from './transport/index.ts';
