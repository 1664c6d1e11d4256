import type { ExpiredItems } from './expired-items.ts';
import type { JsonClient } from './json-client.ts';
import { readStreamRecord, type StreamRecord } from './stream-record.ts';
import type { ExistingTable } from './tables.ts';

/**
 * The maximum number of a stream's latest records that are kept, and the maximum size of their
 * JSON, in bytes.
 */
const MAXIMUM_RECORDS = 500;
const MAXIMUM_BYTES = 8 * 1024 * 1024;
/** The maximum number of records that `GetRecords` returns. */
const PAGE = 1000;

export interface StreamTailsOptions {
  readonly dynamodb: Pick<JsonClient, 'call'>;
  readonly region: string;
  readonly tables: readonly ExistingTable[];
  readonly expired?: ExpiredItems;
}

/** The latest records of one stream, with the images of the table's view type. */
export interface StreamTail {
  /** The records, the oldest first. */
  readonly records: readonly StreamRecord[];
  /** The number of records that were read but are not kept. */
  readonly left: number;
}

/**
 * Reads the latest records of tables' streams. A stream can only be read forward, so the first call
 * reads all of its records, and each further call continues from there. Nothing is read between
 * calls.
 */
export class StreamTails {
  readonly #options: StreamTailsOptions;
  readonly #readers = new Map<string, Reader>();

  constructor(options: StreamTailsOptions) {
    this.#options = options;
  }

  /**
   * Reads the latest records.
   * @returns undefined if the stack has no such table, or the table has no stream
   */
  async latest(tableName: string): Promise<StreamTail | undefined> {
    const table = this.#options.tables.find((one) => one.tableName === tableName);
    if (table?.streamArn === undefined) return undefined;
    const reader =
      this.#readers.get(tableName) ?? new Reader(this.#options, table, table.streamArn);
    this.#readers.set(tableName, reader);
    try {
      return await reader.read();
    } catch (error) {
      // An iterator expires after 15 minutes. The next call then reads from the beginning.
      this.#readers.delete(tableName);
      if (!reader.wasRead) throw error;
      return this.latest(tableName);
    }
  }
}

interface Shard {
  readonly ShardId: string;
}

class Reader {
  readonly #options: StreamTailsOptions;
  readonly #table: ExistingTable;
  readonly #streamArn: string;
  /** The iterator of each shard; undefined if a closed shard was read to its end. */
  readonly #iterators = new Map<string, string | undefined>();
  #records: { readonly record: StreamRecord; readonly bytes: number }[] = [];
  #bytes = 0;
  #left = 0;
  #reading: Promise<unknown> = Promise.resolve();
  /** Whether the stream was read to its end before. */
  wasRead = false;

  constructor(options: StreamTailsOptions, table: ExistingTable, streamArn: string) {
    this.#options = options;
    this.#table = table;
    this.#streamArn = streamArn;
  }

  /**
   * Reads the new records. Calls at the same time are served one after the other, so that each
   * record is read once.
   */
  read(): Promise<StreamTail> {
    const tail = this.#reading.then(() => this.#readOn());
    this.#reading = tail.catch(() => undefined);
    return tail;
  }

  async #readOn(): Promise<StreamTail> {
    const { StreamDescription: description } = await this.#call('DescribeStream', {
      StreamArn: this.#streamArn,
    });
    for (const { ShardId: id } of (description as { Shards?: readonly Shard[] }).Shards ?? []) {
      if (!this.#iterators.has(id)) this.#iterators.set(id, await this.#beginningOf(id));
      for (let iterator = this.#iterators.get(id); iterator !== undefined;) {
        const page = await this.#call('GetRecords', { ShardIterator: iterator, Limit: PAGE });
        const records = (page.Records ?? []) as readonly StreamRecord[];
        for (const record of records) this.#add(record);
        iterator = page.NextShardIterator as string | undefined;
        this.#iterators.set(id, iterator);
        if (records.length === 0) break;
      }
    }
    this.wasRead = true;
    return { records: this.#records.map(({ record }) => record), left: this.#left };
  }

  async #beginningOf(shardId: string): Promise<string | undefined> {
    const { ShardIterator: iterator } = await this.#call('GetShardIterator', {
      ...{ StreamArn: this.#streamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' },
    });
    return iterator as string | undefined;
  }

  #add(raw: StreamRecord): void {
    const { region, expired } = this.#options;
    const { tableName, streamViewType } = this.#table;
    const record = readStreamRecord(raw, {
      ...{ region, tableName },
      ...(streamViewType !== undefined && { streamViewType }),
      ...(expired !== undefined && { expired }),
    });
    if (record === undefined) return;
    const bytes = Buffer.byteLength(JSON.stringify(record));
    this.#records.push({ record, bytes });
    this.#bytes += bytes;
    while (this.#records.length > MAXIMUM_RECORDS || this.#bytes > MAXIMUM_BYTES) {
      this.#bytes -= this.#records.shift()?.bytes ?? 0;
      this.#left += 1;
    }
  }

  #call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    return this.#options.dynamodb.call(`DynamoDBStreams_20120810.${operation}`, input);
  }
}
