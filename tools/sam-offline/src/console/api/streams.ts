import * as z from 'zod';
import { changeId, type StreamRecord } from '../../services/index.ts';
import { RequestError, route, type Route } from '../http/index.ts';
import { Kept } from '../kept/index.ts';
import { maskSecrets } from '../mask.ts';
import { CarryingTraces } from './carrying-traces.ts';
import type { ConsoleContext } from './context.ts';
import { named } from './named.ts';
import { flag, limit } from './ranges.ts';

/** A record of a table's stream, with the images that the view type of the stream gives. */
export interface StreamRow {
  readonly sequenceNumber: string;
  /** `INSERT`, `MODIFY` or `REMOVE`. */
  readonly eventName: string;
  /** The time at which the item was written, in ms since 1970. DynamoDB gives whole seconds. */
  readonly timeMs: number;
  readonly keys: unknown;
  readonly oldImage?: unknown;
  readonly newImage?: unknown;
  /** Whether the item was deleted because its time to live had passed. */
  readonly isExpiry: boolean;
  /** The trace of the batch that carried the record to a function. */
  readonly traceId?: string | undefined;
}

/** The latest records of a stream, newest first. */
export interface StreamRows {
  /** The table's `StreamViewType`. */
  readonly viewType: string;
  readonly records: readonly StreamRow[];
  /** How many earlier records are not listed. */
  readonly left: number;
}

/** The streams of the tables. */
export function streamRoutes({ stack, actions, insights, nowMs }: ConsoleContext): Route[] {
  const kept = new Kept(
    (wanted, tableName) => new CarryingTraces(insights, wanted, tableName),
    nowMs,
  );
  return [
    route({
      method: 'GET',
      path: '/api/tables/{table}/stream',
      operationId: 'listStreamRecords',
      summary: 'The latest records of a table’s stream, with the images that its view type gives.',
      response: 'Records, newest first, each with the trace of the batch that carried it.',
      query: z.object({
        contains: z.string().optional().describe('Only records whose JSON contains this text.'),
        reveal: flag.describe('Show secrets too.'),
        limit: limit(100, 500),
      }),
      async handle({ path, query }): Promise<StreamRows> {
        const table = named(path, 'table', stack.tables, ({ tableName }) => tableName);
        const tail = await actions.stream(table.tableName);
        if (tail === undefined || table.streamViewType === undefined) {
          throw new RequestError(404, `${table.tableName} has no stream.`);
        }
        const { contains = '' } = query;
        const found = tail.records.filter(
          (record) => contains === '' || JSON.stringify(record).includes(contains),
        );
        const shown = found.slice(-query.limit).reverse();
        const { tableName } = table;
        const oldestMs = (shown.at(-1)?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
        const asked = { startMs: oldestMs, endMs: nowMs() + 1 };
        const traces = shown.length === 0 ? undefined : await kept.of(asked, tableName);
        const records = shown.map((record) => {
          return rowOf(record, traces?.of(idOf(record, tableName)));
        });
        return {
          viewType: table.streamViewType,
          records: query.reveal
            ? records
            : records.map((record) => maskSecrets(record) as StreamRow),
          left: tail.left + found.length - shown.length,
        };
      },
    }),
  ];
}

function rowOf(record: StreamRecord, traceId: string | undefined): StreamRow {
  const { dynamodb, eventName, userIdentity } = record;
  return {
    ...{ sequenceNumber: dynamodb.SequenceNumber, eventName },
    timeMs: (dynamodb.ApproximateCreationDateTime ?? 0) * 1000,
    keys: dynamodb.Keys ?? {},
    ...(dynamodb.OldImage !== undefined && { oldImage: dynamodb.OldImage }),
    ...(dynamodb.NewImage !== undefined && { newImage: dynamodb.NewImage }),
    isExpiry: userIdentity !== undefined,
    traceId,
  };
}

function idOf({ dynamodb }: StreamRecord, tableName: string): string {
  return changeId(tableName, dynamodb.Keys ?? {}, dynamodb.ApproximateCreationDateTime ?? 0);
}
