import type { CalledResource } from '../events/index.ts';
import { textMember } from './body-text.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import type { CallUse } from './call.ts';
import { isRecord } from '../is-record.ts';

/**
 * The maximum size of a request that is parsed for a fact, in bytes. The fact of a larger request
 * only has a table if the request has exactly one.
 */
const MAXIMUM_PARSED_BYTES = 512 * 1024;
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

const READS = new Set(['GetItem', 'Query', 'Scan']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

type Json = Readonly<Record<string, unknown>>;

/**
 * Gives the tables that a call used, and the capacity that it used of each. The local DynamoDB does
 * not count capacity, so it is estimated from the bytes of the request and the response. An item
 * counts with the size of its JSON, which is a little more than AWS counts. A read that is not
 * strongly consistent counts half.
 */
export function dynamoDbUse(call: AwsCall, response: AwsResponse): CallUse {
  const { operation, body } = call;
  const responseBytes = Buffer.byteLength(response.body);
  if (READS.has(operation)) {
    const name = textMember(body, 'TableName');
    if (name === undefined) return {};
    const isConsistent = body.includes('"ConsistentRead":true');
    const readUnits = readUnitsOf(responseBytes, isConsistent ? 1 : 0.5);
    const items = operation === 'GetItem' ? undefined : countOf(response.body);
    return { resource: name, resources: [{ name, items, readUnits }] };
  }
  if (WRITES.has(operation)) {
    const name = textMember(body, 'TableName');
    if (name === undefined) return {};
    const writeUnits = response.statusCode < 500 ? writeUnitsOf(body.length) : undefined;
    return { resource: name, resources: [{ name, items: 1, writeUnits }] };
  }
  if (operation.startsWith('Batch') || operation.startsWith('Transact')) {
    return body.length > MAXIMUM_PARSED_BYTES ? {} : manyItems(call, response, responseBytes);
  }
  const name = textMember(body, 'TableName');
  return name === undefined ? {} : { resource: name, resources: [{ name }] };
}

function manyItems(
  { operation, body }: AwsCall,
  response: AwsResponse,
  responseBytes: number,
): CallUse {
  const request = parse(body.toString('utf8'));
  if (request === undefined) return {};
  const isRead = operation === 'BatchGetItem' || operation === 'TransactGetItems';
  const names = namesOfItems(request);
  const factor = operation.startsWith('Transact') ? 2 : 1;
  const itemBytes = (isRead ? responseBytes : body.length) / Math.max(1, names.length);
  const resources = [...Map.groupBy(names, (name) => name)].map(([name, items]): CalledResource => {
    const units = isRead
      ? { readUnits: items.length * readUnitsOf(itemBytes, factor === 2 ? 2 : 0.5) }
      : { writeUnits: items.length * factor * writeUnitsOf(itemBytes) };
    return { name, items: items.length, ...units };
  });
  const [only] = resources;
  return {
    ...(resources.length === 1 && only !== undefined && { resource: only.name }),
    resources,
    ...(response.statusCode === 400 && { cancellations: cancellationsOf(response, names) }),
  };
}

/**
 * Gives the table of each item of a batch or a transaction, in their order. The list is empty if
 * the body is not JSON.
 */
export function tablesOfItems({ body }: AwsCall): readonly string[] {
  const request = parse(body.toString('utf8'));
  return request === undefined ? [] : namesOfItems(request);
}

function namesOfItems(request: Json): string[] {
  if (!isRecord(request.RequestItems)) return tablesOfTransaction(request.TransactItems);
  return Object.entries(request.RequestItems).flatMap(([name, list]) => {
    const keys = isRecord(list) ? list.Keys : list;
    return Array.from({ length: Array.isArray(keys) ? keys.length : 1 }, () => name);
  });
}

function tablesOfTransaction(items: unknown): string[] {
  if (!Array.isArray(items)) return [];
  return (items as readonly unknown[]).map((item) => {
    const [part] = isRecord(item) ? Object.values(item) : [];
    return isRecord(part) && typeof part.TableName === 'string' ? part.TableName : '';
  });
}

/** Gives the reasons why the items of a cancelled transaction failed, in their order. */
function cancellationsOf(
  response: AwsResponse,
  names: readonly string[],
): { name: string; code: string }[] | undefined {
  const reasons = parse(response.body.toString())?.CancellationReasons;
  if (!Array.isArray(reasons)) return undefined;
  return (reasons as readonly unknown[]).flatMap((reason, index) => {
    const code = isRecord(reason) ? reason.Code : undefined;
    const name = names[index];
    return typeof code !== 'string' || code === 'None' || name === undefined
      ? []
      : [{ name, code }];
  });
}

/**
 * Reads `"Count":3` from the response of a Query or a Scan. Items may contain the same text, so the
 * last one is used.
 */
function countOf(body: Buffer | string): number | undefined {
  const at = body.lastIndexOf('"Count":');
  if (at === -1) return undefined;
  const part =
    typeof body === 'string' ? body.slice(at + 8, at + 20) : body.toString('utf8', at + 8, at + 20);
  const count = Number.parseInt(part, 10);
  return Number.isNaN(count) ? undefined : count;
}

function readUnitsOf(bytes: number, factor: number): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * factor;
}

function writeUnitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
