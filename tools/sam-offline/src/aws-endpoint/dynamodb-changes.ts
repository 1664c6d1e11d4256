import { changeId, type ExistingTable } from '../services/index.ts';
import type { AwsCall } from './call.ts';
import { isRecord } from '../is-record.ts';

/** The maximum size of a request that is parsed for a fact, in bytes. */
const MAXIMUM_PARSED_BYTES = 512 * 1024;

const WRITES = new Set([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'],
]);

type Json = Readonly<Record<string, unknown>>;

/**
 * Gives the ids of the changes that a call made to items of tables with streams. PartiQL requests
 * have none, because their statements would have to be parsed.
 *
 * @param during the times before and after the write, in ms since 1970; if they are in different
 * seconds, a change has an id for each
 */
export function dynamoDbChanges(
  { operation, body }: AwsCall,
  tables: readonly ExistingTable[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): string[] {
  if (!WRITES.has(operation) || body.length > MAXIMUM_PARSED_BYTES) return [];
  const withStream = tables.filter(
    ({ tableName, streamArn }) => streamArn !== undefined && body.includes(`"${tableName}"`),
  );
  if (withStream.length === 0) return [];
  const seconds = new Set([Math.floor(startMs / 1000), Math.floor(endMs / 1000)]);
  return itemsOf(parse(body)).flatMap(({ tableName, item }) => {
    const table = withStream.find((one) => one.tableName === tableName);
    const key = table && keyOf(table, item);
    return key === undefined
      ? []
      : Array.from(seconds, (second) => changeId(tableName, key, second));
  });
}

interface WrittenItem {
  readonly tableName: string;
  /** The whole item, or its key. */
  readonly item: Json;
}

/** Gives the items that the input of a write names. */
function itemsOf(input: Json): WrittenItem[] {
  if (isRecord(input.RequestItems)) {
    return Object.entries(input.RequestItems).flatMap(([tableName, requests]) =>
      listOf(requests).flatMap(({ PutRequest: put, DeleteRequest: remove }) =>
        written(tableName, isRecord(put) ? put.Item : isRecord(remove) ? remove.Key : undefined),
      ),
    );
  }
  if (input.TransactItems !== undefined) {
    return listOf(input.TransactItems).flatMap(({ Put: put, Update: update, Delete: remove }) => {
      const action = put ?? update ?? remove;
      return isRecord(action) ? itemsOf(action) : [];
    });
  }
  return written(input.TableName, input.Item ?? input.Key);
}

function written(tableName: unknown, item: unknown): WrittenItem[] {
  return typeof tableName === 'string' && isRecord(item) ? [{ tableName, item }] : [];
}

function keyOf({ keySchema }: ExistingTable, item: Json): Json | undefined {
  const { partitionKey, sortKey } = keySchema;
  const names = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
  return names.every((name) => isRecord(item[name]))
    ? Object.fromEntries(names.map((name) => [name, item[name]]))
    : undefined;
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function parse(body: Buffer): Json {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
