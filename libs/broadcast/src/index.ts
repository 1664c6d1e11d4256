export { createBroadcaster, type BroadcasterOptions } from './broadcaster.ts';
export { shardOf } from './channels/keys.ts';
export { type ConnectionsTable } from './channels/remove-connection.ts';
export { createChannelStore } from './channels/store.ts';
export type * from './contract.ts';
export { DEFAULT_RETRY_POLICY, STOP_MARGIN_MS, type RetryPolicy } from './deliver/policy.ts';
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
} from './queue/fanout-queue.ts';
export { type CredentialsProvider } from './transport/credentials.ts';
export type { PushSink } from './transport/lane.ts';
export { type Credentials } from './transport/signer.ts';
export {
  createConnectionsTransport,
  type ConnectionsTransport,
  type ConnectionsTransportOptions,
  type Pusher,
} from './transport/transport.ts';
