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
  /** The tables of the stack, for the view types of their streams. */
  readonly tables: readonly ExistingTable[];
  /** The items that TTL deleted, for the stream records of these deletes. */
  readonly expired?: ExpiredItems;
  /** The throughput limits of each table. If absent, no call is throttled. */
  readonly limits?: TableLimits;
  /** Called after writes, so that stream consumers read at once. */
  readonly onWrite?: {
    /** The names of the tables that have streams. */
    readonly tableNames: readonly string[];
    readonly notify: (tableName: string) => void;
  };
}

export interface ServiceProxy {
  handle(call: AwsCall): Promise<AwsResponse>;
  close(): Promise<void>;
}

/** Matches SQLite's messages, which Dynoxide passes on. */
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
 * Makes a proxy that passes calls on to the local DynamoDB. Calls about items are not changed.
 * Calls that contain ARNs of tables and streams (`DescribeTable`, the streams' operations …) are
 * translated between the stack's ARNs and those of the local DynamoDB.
 */
export function createDynamoDbProxy(target: DynamoDbTarget, events?: Events): ServiceProxy {
  /**
   * Whether the last write failed because of the disk. This is reported once, and again when writes
   * succeed.
   */
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
  // The local DynamoDB only reads the region in it. The signature was already verified.
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${identity.region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  // The names are quoted as in `"TableName":"posts"` and in the keys of a batch's `RequestItems`.
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

/** Replaces the body and its checksum. The SDK for Go warns about a response without a checksum. */
function withBody(response: AwsResponse, body: string): AwsResponse {
  return { ...response, headers: { ...response.headers, 'x-amz-crc32': `${crc32(body)}` }, body };
}
