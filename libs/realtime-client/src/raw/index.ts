export {
  connect,
  HandshakeRefusedError,
  type ConnectOptions,
  type Connection,
} from './connection.ts';
export { RawClient, type Message } from './raw-client.ts';
export { CuttableNetwork } from './cuttable-network.ts';
