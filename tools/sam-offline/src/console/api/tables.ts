import * as z from 'zod';
import type { Table } from '../../template/index.ts';
import { RequestError, route, type Route } from '../http/index.ts';
import { maskSecrets } from '../mask.ts';
import { type Attributes, callService } from './call-service.ts';
import type { ConsoleContext } from './context.ts';
import { named } from './named.ts';
import { flag, limit } from './ranges.ts';

const itemSchema = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .describe('An item in DynamoDB’s JSON: `{"id":{"S":"1"}}`.');

/** The tables with their items, and actions on them. */
export function tableRoutes({ stack, actions, nowMs }: ConsoleContext): Route[] {
  const tableOf = (path: Readonly<Record<string, string>>): Table =>
    named(path, 'table', stack.tables, ({ tableName }) => tableName);
  const dynamodb = (operation: string, input: object) =>
    callService(actions, 'dynamodb', `DynamoDB_20120810.${operation}`, input);
  return [
    route({
      method: 'GET',
      path: '/api/tables',
      operationId: 'listTables',
      summary: 'The tables of the stack with their keys, indexes, streams and item counts.',
      response: 'Tables.',
      async handle() {
        const tables = await Promise.all(
          stack.tables.map(async (table) => {
            const counted = await dynamodb('DescribeTable', { TableName: table.tableName });
            const described = (counted.Table ?? {}) as Attributes;
            return { ...table, items: described.ItemCount, bytes: described.TableSizeBytes };
          }),
        );
        return { tables };
      },
    }),
    route({
      method: 'GET',
      path: '/api/tables/{table}/items',
      operationId: 'listItems',
      summary: 'Items of a table or index: of one partition (a query), or all (a scan).',
      response: 'Items in DynamoDB’s JSON, and `next` if there are more.',
      query: z.object({
        index: z.string().optional(),
        partition: z
          .string()
          .optional()
          .describe('The partition key’s value. If absent, the table is scanned.'),
        sortPrefix: z
          .string()
          .optional()
          .describe('The prefix of the sort key, which must be a string.'),
        contains: z.string().optional().describe('Only items whose JSON contains this text.'),
        descending: flag,
        reveal: flag.describe('Show secrets too.'),
        limit: limit(100, 1000),
        next: z.string().optional().describe('`next` of the previous response.'),
      }),
      async handle({ path, query }) {
        const table = tableOf(path);
        const response = await dynamodb(
          query.partition === undefined ? 'Scan' : 'Query',
          readInput(table, query),
        );
        const items = (response.Items ?? []) as readonly Attributes[];
        const { contains } = query;
        const found =
          contains === undefined || contains === ''
            ? items
            : items.filter((item) => JSON.stringify(item).includes(contains));
        return {
          items: query.reveal ? found : found.map(maskSecrets),
          read: items.length,
          nowMs: nowMs(),
          ...(response.LastEvaluatedKey !== undefined && {
            next: Buffer.from(JSON.stringify(response.LastEvaluatedKey)).toString('base64url'),
          }),
        };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/tables/{table}/items',
      operationId: 'putItem',
      summary: 'Writes an item, which replaces one with the same key. Streams get a record of it.',
      response: 'Nothing.',
      body: z.object({ item: itemSchema }),
      async handle({ path, body }) {
        if (JSON.stringify(body.item).includes('••••••')) {
          throw new RequestError(
            400,
            'The item has masked values in it; show its secrets before you change it.',
          );
        }
        await dynamodb('PutItem', { TableName: tableOf(path).tableName, Item: body.item });
        return {};
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/tables/{table}/items',
      operationId: 'deleteItem',
      summary: 'Deletes the item with a key. Streams get a record of it.',
      response: 'Nothing.',
      body: z.object({ key: itemSchema }),
      async handle({ path, body }) {
        await dynamodb('DeleteItem', { TableName: tableOf(path).tableName, Key: body.key });
        return {};
      },
    }),
  ];
}

interface ReadQuery {
  readonly index?: string | undefined;
  readonly partition?: string | undefined;
  readonly sortPrefix?: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly next?: string | undefined;
}

/**
 * Makes the input of Query or Scan.
 *
 * @throws RequestError for an index that the table does not have
 */
function readInput(table: Table, query: ReadQuery): object {
  const indexes = [...table.globalSecondaryIndexes, ...table.localSecondaryIndexes];
  const index = indexes.find(({ indexName }) => indexName === query.index);
  if (query.index !== undefined && query.index !== '' && index === undefined) {
    throw new RequestError(404, `${table.tableName} has no index ${query.index}.`);
  }
  const { partitionKey, sortKey } = (index ?? table).keySchema;
  const typeOf = (name: string) =>
    table.attributeDefinitions.find((attribute) => attribute.name === name)?.type ?? 'S';
  const common = {
    TableName: table.tableName,
    Limit: query.limit,
    ...(index !== undefined && { IndexName: index.indexName }),
    ...(query.next !== undefined && { ExclusiveStartKey: startKeyOf(query.next) }),
  };
  if (query.partition === undefined) return common;
  const hasPrefix =
    query.sortPrefix !== undefined && query.sortPrefix !== '' && sortKey !== undefined;
  return {
    ...common,
    ScanIndexForward: !query.descending,
    KeyConditionExpression: `#p = :p${hasPrefix ? ' AND begins_with(#s, :s)' : ''}`,
    ExpressionAttributeNames: { '#p': partitionKey, ...(hasPrefix && { '#s': sortKey }) },
    ExpressionAttributeValues: {
      ':p': { [typeOf(partitionKey)]: query.partition },
      ...(hasPrefix && { ':s': { [typeOf(sortKey)]: query.sortPrefix } }),
    },
  };
}

function startKeyOf(next: string): unknown {
  try {
    return JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown;
  } catch {
    throw new RequestError(400, '`next` is not the value that a response gave.');
  }
}
