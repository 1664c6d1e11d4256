export { type CredentialsProvider } from './credentials.ts';
export type { PushSink } from './lane.ts';
export { type Credentials } from './signer.ts';
export {
  createConnectionsTransport,
  type ConnectionsTransport,
  type ConnectionsTransportOptions,
  type Pusher,
} from './transport.ts';
