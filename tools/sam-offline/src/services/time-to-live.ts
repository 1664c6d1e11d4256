import { setTimeout as delay } from 'node:timers/promises';
import type { Events } from '../events/index.ts';
import { createExpiredItems, type ExpiredItems } from './expired-items.ts';
import { AwsServiceError, createJsonClient, type JsonClient } from './json-client.ts';
import type { TableDefinition } from './tables.ts';

export interface TimeToLiveOptions {
  readonly endpoint: string;
  readonly tables: readonly Pick<TableDefinition, 'tableName' | 'keySchema' | 'ttlAttribute'>[];
  /**
   * The time between two sweeps, in ms. On AWS a delete may take a few days, but here nobody should
   * have to wait.
   */
  readonly intervalMs?: number;
  readonly events?: Events;
}

export interface TimeToLive {
  /** The deleted items, for the stream records of these deletes. */
  readonly expired: ExpiredItems;
  /**
   * Deletes the items that have expired.
   * @returns the number of deleted items
   */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

const DEFAULT_INTERVAL_MS = 10_000;
/**
 * DynamoDB does not delete an item whose TTL timestamp is more than five years in the past
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html). In
 * seconds.
 */
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 24 * 60 * 60;
const DELETES_AT_ONCE = 8;
/**
 * The number of items in a page. Dynoxide needs 7 ms for such a page, but 1.2 s for a page of 1 MB.
 */
const PAGE_SIZE = 1_000;
/**
 * The wait before the next page, as a multiple of the last page's duration. A large table must not
 * slow down other calls.
 */
const PAUSE_FACTOR = 4;

/**
 * Starts to delete expired items, because Dynoxide stores TTL settings but deletes nothing. Each
 * delete has the condition that the item is still expired, because an item may be renewed between
 * the scan and the delete.
 */
export function startTimeToLive(options: TimeToLiveOptions): TimeToLive {
  const client = createJsonClient(options.endpoint);
  const expired = createExpiredItems();
  let sweeping: Promise<number> | undefined;
  const closed = new AbortController();

  const { events } = options;
  const onRemoved = (tableName: string, items: number): void => {
    if (events?.hasListeners !== true) return;
    events.emit({ type: 'ttl.removed', timeMs: events.now(), tableName, items });
  };

  const sweep = (): Promise<number> => {
    sweeping ??= sweepTables(client, options.tables, expired, closed.signal, onRemoved).finally(
      () => {
        sweeping = undefined;
      },
    );
    return sweeping;
  };
  let reported = '';
  const timer = setInterval(() => {
    sweep().then(
      () => (reported = ''),
      (error: unknown) => {
        if (closed.signal.aborted || String(error) === reported) return;
        reported = String(error);
        options.events?.warn('warn', `TTL: ${reported}`);
      },
    );
  }, options.intervalMs ?? DEFAULT_INTERVAL_MS);
  timer.unref();

  return {
    expired,
    sweep,
    async close() {
      closed.abort();
      clearInterval(timer);
      await sweeping?.catch(() => undefined);
      await client.close();
    },
  };
}

async function sweepTables(
  client: JsonClient,
  tables: TimeToLiveOptions['tables'],
  expired: ExpiredItems,
  closed: AbortSignal,
  onRemoved: (tableName: string, items: number) => void,
): Promise<number> {
  let count = 0;
  for (const table of tables) {
    if (table.ttlAttribute === undefined) continue;
    const attribute = table.ttlAttribute;
    const now = Math.floor(Date.now() / 1000);
    for await (const keys of expiredKeys(
      client,
      table.tableName,
      table.keySchema,
      attribute,
      now,
      closed,
    )) {
      for (let start = 0; start < keys.length; start += DELETES_AT_ONCE) {
        if (closed.aborted) return count;
        const deletes = keys
          .slice(start, start + DELETES_AT_ONCE)
          .map((key) => deleteExpired(client, table.tableName, attribute, key, now, expired));
        const removed = (await Promise.all(deletes)).filter(Boolean).length;
        count += removed;
        if (removed > 0) onRemoved(table.tableName, removed);
      }
    }
  }
  return count;
}

type Key = Readonly<Record<string, unknown>>;

async function* expiredKeys(
  client: JsonClient,
  tableName: string,
  { partitionKey, sortKey }: TableDefinition['keySchema'],
  attribute: string,
  now: number,
  closed: AbortSignal,
): AsyncGenerator<Key[]> {
  let startKey: unknown;
  for (;;) {
    const startedAt = performance.now();
    const page = await client.call('DynamoDB_20120810.Scan', {
      TableName: tableName,
      Limit: PAGE_SIZE,
      FilterExpression: '#ttl < :now AND #ttl > :oldest',
      ProjectionExpression: sortKey === undefined ? '#pk' : '#pk, #sk',
      ExpressionAttributeNames: {
        '#ttl': attribute,
        '#pk': partitionKey,
        ...(sortKey === undefined ? {} : { '#sk': sortKey }),
      },
      ExpressionAttributeValues: {
        ':now': { N: String(now) },
        ':oldest': { N: String(now - OLDEST_EXPIRY_SECONDS) },
      },
      ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
    });
    const pauseMs = PAUSE_FACTOR * (performance.now() - startedAt);
    yield page.Items as Key[];
    startKey = page.LastEvaluatedKey;
    if (startKey === undefined) return;
    await delay(pauseMs, undefined, { signal: closed });
  }
}

async function deleteExpired(
  client: JsonClient,
  tableName: string,
  attribute: string,
  key: Key,
  now: number,
  expired: ExpiredItems,
): Promise<boolean> {
  try {
    // The item is recorded before the call, because a poller may read the stream record before the
    // response arrives.
    expired.add(tableName, key);
    await client.call('DynamoDB_20120810.DeleteItem', {
      TableName: tableName,
      Key: key,
      ConditionExpression: '#ttl < :now',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':now': { N: String(now) } },
    });
    return true;
  } catch (error) {
    if (error instanceof AwsServiceError && error.code === 'ConditionalCheckFailedException')
      return false;
    throw error;
  }
}
