import { createJsonClient, readStreamRecord } from '@blogapp/sam-offline/services';
import { comparableSequence, type StreamRecord } from '../streams/index.ts';
import { REGION } from './local-tables.ts';

/** Reads a table's stream from its start, each record once. */
export interface StreamReader {
  /** Returns the records since the last call, in order, as Lambda would deliver them. */
  next(): Promise<StreamRecord[]>;
  close(): Promise<void>;
}

interface Shards {
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
}

interface Page {
  readonly Records: readonly Parameters<typeof readStreamRecord>[0][];
  readonly NextShardIterator?: string;
}

/** Makes a reader of the stream with this ARN at a DynamoDB endpoint. */
export function createStreamReader(endpoint: string, streamArn: string): StreamReader {
  const client = createJsonClient(endpoint);
  const call = <T>(operation: string, input: object): Promise<T> =>
    client.call(`DynamoDBStreams_20120810.${operation}`, input) as Promise<T>;
  const iterators = new Map<string, string>();

  return {
    async next() {
      const { StreamDescription: stream } = await call<Shards>('DescribeStream', {
        StreamArn: streamArn,
      });
      const records: StreamRecord[] = [];
      for (const { ShardId } of stream.Shards) {
        let iterator = iterators.get(ShardId);
        iterator ??= (
          await call<{ readonly ShardIterator: string }>('GetShardIterator', {
            ...{ StreamArn: streamArn, ShardId },
            ShardIteratorType: 'TRIM_HORIZON',
          })
        ).ShardIterator;
        for (;;) {
          const page: Page = await call<Page>('GetRecords', { ShardIterator: iterator });
          records.push(
            ...page.Records.flatMap((each): StreamRecord[] => {
              const record = readStreamRecord(each, { region: REGION });
              // A write that changed nothing has no record.
              return record === undefined ? [] : [record as StreamRecord];
            }),
          );
          iterator = page.NextShardIterator ?? iterator;
          iterators.set(ShardId, iterator);
          if (page.Records.length === 0) break;
        }
      }
      return records.sort((a, b) => (sequenceOf(a) < sequenceOf(b) ? -1 : 1));
    },
    close: () => client.close(),
  };
}

/** The sequence number of a record, as a text that compares as the number does. */
export function sequenceOf(record: StreamRecord): string {
  return comparableSequence(record.dynamodb?.SequenceNumber ?? '');
}
