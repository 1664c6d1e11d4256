export {
  createRealtimeClient,
  type RealtimeClient,
  type RealtimeClientOptions,
  type Subscription,
} from './client.ts';
export type { Socket, SocketConstructor } from './environment.ts';
export { TokenRefusedError, type ConnectionState } from './state.ts';
export type { SubscribeOptions } from './subscription.ts';
