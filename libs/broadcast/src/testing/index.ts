export { decodeTask } from '../queue/index.ts';
export { ConnectionsPeer, type PeerResponse } from './connections-peer.ts';
export * from './local-services.ts';
export { randomFrom } from './random.ts';
export { startThrottlingDynamoDb, type ThrottlingDynamoDb } from './throttling-dynamodb.ts';
