import {
  toAwsRecord,
  toAwsSequenceNumber,
  toLocalSequenceNumber,
  type StackIdentity,
  type StreamRecord,
} from '../services/index.ts';
import { createBackend } from './backend.ts';
import type { AwsAnswer, AwsCall } from './call.ts';

export interface DynamoDbTarget {
  readonly endpoint: string;
  readonly identity: StackIdentity;
  /** Told of writes, so that stream consumers look at once. */
  readonly onWrite?: {
    /** The tables that have streams. */
    readonly tableNames: readonly string[];
    readonly notify: (tableName: string) => void;
  };
}

export interface ServiceProxy {
  handle(call: AwsCall): Promise<AwsAnswer>;
  close(): Promise<void>;
}

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
export function createDynamoDbProxy(target: DynamoDbTarget): ServiceProxy {
  const backend = createBackend(target.endpoint);
  const { identity } = target;
  // Only the region in it is looked at; the signature was verified here.
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${identity.region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  // In quotes, as in `"TableName":"posts"` and in the keys of a batch's `RequestItems`.
  const streamTables = (target.onWrite?.tableNames ?? []).map((tableName) => ({
    tableName,
    quoted: Buffer.from(JSON.stringify(tableName)),
  }));

  const post = (call: AwsCall, body: Buffer): Promise<AwsAnswer> =>
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
      if (READS.has(call.operation)) return post(call, call.body);
      if (WRITES.has(call.operation)) {
        const answer = await post(call, call.body);
        if (answer.statusCode === 200) {
          for (const { tableName, quoted } of streamTables) {
            if (call.body.includes(quoted)) target.onWrite?.notify(tableName);
          }
        }
        return answer;
      }
      const request = translateRequest(
        call.operation,
        identity.toLocal(call.body.toString('utf8')),
      );
      return translateAnswer(call.operation, await post(call, Buffer.from(request)), identity);
    },
    close: () => backend.close(),
  };
}

function translateRequest(operation: string, text: string): string {
  if (operation !== 'GetShardIterator') return text;
  return text.replace(
    /("SequenceNumber"\s*:\s*")(\d+)"/,
    (_match, start: string, number: string) => `${start}${toLocalSequenceNumber(number)}"`,
  );
}

function translateAnswer(operation: string, answer: AwsAnswer, identity: StackIdentity): AwsAnswer {
  let text = identity.toStack(answer.body.toString());
  if (answer.statusCode === 200) {
    if (operation === 'GetRecords') text = translateRecords(text, identity.region);
    if (operation === 'DescribeStream') {
      text = text.replace(
        /("(?:Starting|Ending)SequenceNumber"\s*:\s*")(\d+)"/g,
        (_match, start: string, number: string) => `${start}${toAwsSequenceNumber(number)}"`,
      );
    }
  }
  // The checksum was of the other text; clients check it where it is present.
  const { 'x-amz-crc32': _checksum, ...headers } = answer.headers;
  return { ...answer, headers, body: text };
}

function translateRecords(text: string, region: string): string {
  const page = JSON.parse(text) as { readonly Records?: readonly StreamRecord[] };
  const records = page.Records?.map((record) => toAwsRecord(record, { region }));
  return JSON.stringify({ ...page, Records: records });
}
