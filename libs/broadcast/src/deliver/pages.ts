import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Channel } from '@blogapp/shared-types';
import type { BroadcastTrace } from '../observer.ts';
import { partitionOf, type ConnectionsTable } from '../channels/index.ts';
import type { Recipients } from '../queue/index.ts';

/** Some recipients, in the order of the table's sort key. */
export interface Page {
  readonly connectionIds: readonly string[];
  /** False when another page follows. */
  readonly last: boolean;
}

/** Each call returns the next page of a task's recipients. */
export type PageReader = () => Promise<Page>;

/**
 * Reads a task's recipients. A shard is read with strong consistency: a client that received
 * `subscribed` gets the next event. It costs 1 RCU for 4 KB, about 45 rows.
 *
 * @param pageSize rows (items)
 */
export function pageReader(
  table: ConnectionsTable,
  channel: Channel,
  recipients: Recipients,
  pageSize: number,
): PageReader {
  if ('connectionIds' in recipients) {
    return () => Promise.resolve({ connectionIds: recipients.connectionIds, last: true });
  }
  const partition = partitionOf(channel, recipients.shard);
  let after = recipients.after;
  return async () => {
    const { Items: items = [], LastEvaluatedKey: lastKey } = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: 'channel = :partition',
        ExpressionAttributeValues: { ':partition': { S: partition } },
        ProjectionExpression: 'connectionId',
        ConsistentRead: true,
        Limit: pageSize,
        ...(after !== undefined && {
          ExclusiveStartKey: { channel: { S: partition }, connectionId: { S: after } },
        }),
      }),
    );
    after = lastKey?.connectionId?.S;
    return {
      connectionIds: items.flatMap(({ connectionId }) => connectionId?.S ?? []),
      last: after === undefined,
    };
  };
}

/**
 * Whether a shard of a channel has more recipients than a number. It reads with eventual
 * consistency, because an estimate is enough: 1 RCU for 8 KB, about 90 rows, and 1 MB (12,000 rows)
 * at most. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Other.html
 *
 * @param rows (items)
 */
export async function holdsMoreThan(
  { client, tableName }: ConnectionsTable,
  channel: Channel,
  shard: number,
  rows: number,
): Promise<boolean> {
  const { LastEvaluatedKey: lastKey } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'channel = :partition',
      ExpressionAttributeValues: { ':partition': { S: partitionOf(channel, shard) } },
      Select: 'COUNT',
      Limit: rows + 1,
    }),
  );
  return lastKey !== undefined;
}

/** A reader that calls `onMorePages` once, at the first page that is not the last one. */
export function noticed(read: PageReader, onMorePages: () => void): PageReader {
  let told = false;
  return async () => {
    const page = await read();
    if (!page.last && !told) {
      told = true;
      onMorePages();
    }
    return page;
  };
}

/**
 * How many pages of one run get a subsegment. A trace with thousands of them could be neither
 * stored nor read.
 */
const MAX_TRACED_PAGES = 10;

/** A reader that traces each of the first pages as a phase. */
export function traced(read: PageReader, trace: BroadcastTrace): PageReader {
  let pages = 0;
  return () => {
    pages += 1;
    return pages > MAX_TRACED_PAGES ? read() : trace.phase('page', read);
  };
}
