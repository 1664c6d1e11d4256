import type { Channel, EventDraft } from '@blogapp/shared-types';
import type { Row } from '../paging/index.ts';
import { asCommentRow, type CommentRow, asPostRow, type PostRow } from '../rows/index.ts';

/** An attribute in DynamoDB's JSON. The tables that have streams hold texts and numbers only. */
interface StreamAttribute {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
}

type StreamImage = Readonly<Record<string, StreamAttribute>>;

/** A record of a DynamoDB stream, as Lambda delivers it. */
export interface StreamRecord {
  readonly dynamodb?:
    | {
        /** When the record was written (seconds since 1970). */
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly SequenceNumber?: string | undefined;
        readonly OldImage?: StreamImage | undefined;
        readonly NewImage?: StreamImage | undefined;
      }
    | undefined;
}

/** A change of one row. */
export interface RowChange<T> {
  /** The record's sequence number. */
  readonly sequenceNumber: string;
  readonly atMs: number;
  readonly before?: T;
  readonly after?: T;
}

/**
 * Sends an event to the subscribers of a channel: `Broadcaster.publish` with its budget filled in.
 */
export type Publish = (event: EventDraft, channel: Channel, correlationId: string) => Promise<void>;

/** The result of a batch of records. */
export interface BatchOutcome {
  /**
   * The sequence number of the first record that failed: deliver the batch again from there. Absent
   * when all records are done. Later records may be done too, and doing them again changes nothing.
   */
  readonly failedSequenceNumber?: string;
  /** The errors, one for each post that failed. */
  readonly errors: readonly BatchError[];
}

export interface BatchError {
  readonly error: unknown;
  /**
   * The correlation id in the row of the record at which the work stopped, when the row has one.
   */
  readonly correlationId?: string;
}

/** Reads a record of the Comments stream. @throws Error for a record without a sequence number */
export function commentChangeOf(record: StreamRecord): RowChange<CommentRow> {
  return changeOf(record, asCommentRow);
}

/** Reads a record of the Posts stream. @throws Error for a record without a sequence number */
export function postChangeOf(record: StreamRecord): RowChange<PostRow> {
  return changeOf(record, asPostRow);
}

function changeOf<T>({ dynamodb: change = {} }: StreamRecord, as: (row: Row) => T): RowChange<T> {
  const { SequenceNumber: sequenceNumber, OldImage: before, NewImage: after } = change;
  if (sequenceNumber === undefined) throw new Error('a stream record without a sequence number');
  return {
    sequenceNumber,
    atMs: (change.ApproximateCreationDateTime ?? 0) * 1_000,
    ...(before !== undefined && { before: as(rowOf(before)) }),
    ...(after !== undefined && { after: as(rowOf(after)) }),
  };
}

function rowOf(image: StreamImage): Row {
  return Object.fromEntries(
    Object.entries(image).map(([name, { S: text, N: number }]) => [
      name,
      number === undefined ? text : Number(number),
    ]),
  );
}

/**
 * Sequence numbers have up to 40 digits. Padded to the same length, their texts compare as the
 * numbers do.
 */
const SEQUENCE_DIGITS = 40;

/** A sequence number as a text that compares as the number does. */
export function comparableSequence(sequenceNumber: string): string {
  return sequenceNumber.padStart(SEQUENCE_DIGITS, '0');
}
