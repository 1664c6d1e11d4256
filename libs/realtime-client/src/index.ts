export {
  connect,
  HandshakeRefusedError,
  type ConnectOptions,
  type Connection,
} from './connection.ts';
export { RealtimeClient, type Message } from './realtime-client.ts';
