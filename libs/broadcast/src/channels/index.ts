export { ROWS_PER_BATCH } from './delete-rows.ts';
export { partitionOf, rowKey, shardOf } from './keys.ts';
export {
  partitionCount,
  removeGoneConnections,
  type ConnectionsTable,
} from './remove-connection.ts';
export { createChannelStore } from './store.ts';
