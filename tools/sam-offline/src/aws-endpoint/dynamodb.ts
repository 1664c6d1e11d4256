import { crc32 } from 'node:zlib';
import type { Events } from '../events/index.ts';
import type { ExistingTable, ExpiredItems, StackIdentity } from '../services/index.ts';
import { createBackend } from './backend.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { translateStreamResponse, translateStreamRequest } from './dynamodb-streams.ts';
import { type TableLimits, TableThrottle } from './table-throttle.ts';

export interface DynamoDbTarget {
  readonly endpoint: string;
  readonly identity: StackIdentity;
  /** The stack's, for the view types of their streams. */
  readonly tables: readonly ExistingTable[];
  /** What TTL deleted, for the stream records of these deletes. */
  readonly expired?: ExpiredItems;
  /** What each table takes; absent: nothing is throttled. */
  readonly limits?: TableLimits;
  /** Told of writes, so that stream consumers look at once. */
  readonly onWrite?: {
    /** The tables that have streams. */
    readonly tableNames: readonly string[];
    readonly notify: (tableName: string) => void;
  };
}

export interface ServiceProxy {
  handle(call: AwsCall): Promise<AwsResponse>;
  close(): Promise<void>;
}

/** SQLite's words, as Dynoxide passes them on. */
const DISK_PROBLEM = /(?:database or )?disk is full|disk I\/O error|readonly database/;

const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);
const WRITES = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
  'ExecuteStatement',
  'BatchExecuteStatement',
  'ExecuteTransaction',
]);

/**
 * Passes calls on to DynamoDB. Items are passed on byte by byte; what names tables and streams
 * (`DescribeTable`, the streams' operations …) is translated between the stack's ARNs and its own.
 */
export function createDynamoDbProxy(target: DynamoDbTarget, events?: Events): ServiceProxy {
  /** Whether the last write failed for the disk: said once, and once when it is over. */
  let isFull = false;
  const noteWrite = (response: AwsResponse): void => {
    const text = response.statusCode >= 500 ? response.body.toString() : '';
    const problem = DISK_PROBLEM.exec(text)?.[0];
    if (problem !== undefined && !isFull) {
      events?.warn(
        'error',
        `DynamoDB cannot write (${problem}): writes get a 500 until there is space on the disk of the data folder. Acknowledged writes are kept.`,
      );
    }
    if (problem === undefined && response.statusCode === 200 && isFull) {
      events?.warn('info', 'DynamoDB can write again');
    }
    if (problem !== undefined || response.statusCode === 200) isFull = problem !== undefined;
  };

  const backend = createBackend(target.endpoint);
  const throttle = target.limits && new TableThrottle(target.limits);
  const { identity, tables, expired } = target;
  const translation = { region: identity.region, tables, ...(expired && { expired }) };
  // Only the region in it is looked at; the signature was verified here.
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${identity.region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  // In quotes, as in `"TableName":"posts"` and in the keys of a batch's `RequestItems`.
  const streamTables = (target.onWrite?.tableNames ?? []).map((tableName) => ({
    tableName,
    quoted: Buffer.from(JSON.stringify(tableName)),
  }));

  const post = (call: AwsCall, body: Buffer): Promise<AwsResponse> =>
    backend.post(
      [
        ...['content-type', call.headers['content-type'] ?? 'application/x-amz-json-1.0'],
        ...['x-amz-target', String(call.headers['x-amz-target'])],
        ...['x-amz-date', '20260101T000000Z', 'authorization', authorization],
      ],
      body,
    );

  return {
    async handle(call) {
      const isWrite = WRITES.has(call.operation);
      if (isWrite || READS.has(call.operation)) {
        const refusal = throttle?.refuse(call);
        if (refusal !== undefined) return refusal;
        const response = await post(call, call.body);
        throttle?.count(call, response);
        if (!isWrite) return response;
        noteWrite(response);
        if (response.statusCode === 200) {
          for (const { tableName, quoted } of streamTables) {
            if (call.body.includes(quoted)) target.onWrite?.notify(tableName);
          }
        }
        return response;
      }
      const request = translateStreamRequest(
        call.operation,
        identity.toLocal(call.body.toString('utf8')),
      );
      const response = await post(call, Buffer.from(request.text));
      const text = identity.toStack(response.body.toString());
      return withBody(
        response,
        response.statusCode === 200
          ? translateStreamResponse(call.operation, text, translation, request.tableName)
          : text,
      );
    },
    close: () => backend.close(),
  };
}

/** The checksum was of the other text. The SDK for Go warns of a response that has none. */
function withBody(response: AwsResponse, body: string): AwsResponse {
  return { ...response, headers: { ...response.headers, 'x-amz-crc32': `${crc32(body)}` }, body };
}
