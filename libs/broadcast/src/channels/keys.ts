import type { Channel } from '@blogapp/shared-types';

/** Rows of the WebSocketConnections table are found by these two attributes. */
export interface RowKey {
  /** Partition key: `<channel>#<shard>`. */
  readonly channel: string;
  /** Sort key. */
  readonly connectionId: string;
}

/** The partition key of a channel's shard. */
export function partitionOf(channel: Channel, shard: number): string {
  return `${channel}#${shard}`;
}

/**
 * The shard that a connection's rows are in, the same in every channel. FNV-1a over the id: spread
 * evenly, and the same in every process and version.
 *
 * @param shards the number of shards, from 1
 */
export function shardOf(connectionId: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < connectionId.length; index += 1) {
    hash = Math.imul(hash ^ connectionId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shards;
}

/** The key of a connection's row in a channel. */
export function rowKey(channel: Channel, connectionId: string, shards: number): RowKey {
  return { channel: partitionOf(channel, shardOf(connectionId, shards)), connectionId };
}
