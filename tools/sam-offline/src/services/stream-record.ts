import { hash } from 'node:crypto';
import type { ExpiredItems } from './expired-items.ts';
import { type Item, sameItem } from './same-item.ts';

/** A record of `GetRecords`, in DynamoDB's JSON. */
export interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Item;
    readonly NewImage?: Item;
    readonly SequenceNumber: string;
    readonly [name: string]: unknown;
  };
  readonly userIdentity?: unknown;
}

export type StreamViewType = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

/**
 * What every stream keeps here, whatever its table's view type: only with both images can be told
 * whether a write changed anything. `readStreamRecord` takes away what the view type leaves out.
 */
export const LOCAL_VIEW_TYPE: StreamViewType = 'NEW_AND_OLD_IMAGES';

/** A sequence number has 21 to 40 digits (API_streams_StreamRecord); Dynoxide counts 1, 2, 3. */
const SEQUENCE_NUMBER_BASE = 100_000_000_000_000_000_000n;

/** Dynoxide's `7` as AWS would write it, `100000000000000000007`: they compare as texts and as numbers. */
export function toAwsSequenceNumber(local: string): string {
  return local.length >= 21 ? local : String(SEQUENCE_NUMBER_BASE + BigInt(local));
}

export function toLocalSequenceNumber(sequenceNumber: string): string {
  const number = /^\d+$/.test(sequenceNumber) ? BigInt(sequenceNumber) : 0n;
  const isOurs = sequenceNumber.length === 21 && sequenceNumber.startsWith('1');
  return isOurs ? String(number - SEQUENCE_NUMBER_BASE) : sequenceNumber;
}

export interface StreamOrigin {
  readonly region: string;
  /** The template's. Absent for a table that is not the stack's: its records stay as they are. */
  readonly streamViewType?: StreamViewType;
  /** With what its table's TTL deleted, where the deletes are to be told apart. */
  readonly tableName?: string;
  readonly expired?: ExpiredItems;
}

/**
 * The record with the id, region, sequence number, images and identity that AWS would give it.
 * Undefined for a write that changed nothing: "If you perform a PutItem or UpdateItem operation
 * that does not change any data in an item, DynamoDB Streams does not write a stream record"
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
 */
export function readStreamRecord(
  record: StreamRecord,
  origin: StreamOrigin,
): (StreamRecord & { readonly eventID: string }) | undefined {
  const { Keys: keys = {}, OldImage: before, NewImage: after } = record.dynamodb;
  if (before !== undefined && after !== undefined && sameItem(before, after)) return undefined;
  const sequenceNumber = toAwsSequenceNumber(record.dynamodb.SequenceNumber);
  const isExpiry =
    record.eventName === 'REMOVE' &&
    origin.expired?.wasExpired(
      origin.tableName ?? '',
      keys,
      record.dynamodb.ApproximateCreationDateTime ?? 0,
    ) === true;
  return {
    eventID: hash('md5', `${sequenceNumber}/${JSON.stringify(keys)}`),
    eventName: record.eventName,
    ...{ eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: origin.region },
    dynamodb: {
      ...viewOf(record.dynamodb, origin.streamViewType ?? LOCAL_VIEW_TYPE),
      SequenceNumber: sequenceNumber,
    },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    ...(isExpiry
      ? { userIdentity: { principalId: 'dynamodb.amazonaws.com', type: 'Service' } }
      : {}),
  };
}

/** The change as a view type shows it. `SizeBytes` counts what is left, as JSON, like Dynoxide. */
function viewOf(
  change: StreamRecord['dynamodb'],
  viewType: StreamViewType,
): StreamRecord['dynamodb'] {
  if (viewType === 'NEW_AND_OLD_IMAGES') return change;
  const { OldImage: before, NewImage: after, ...rest } = change;
  const image =
    viewType === 'NEW_IMAGE'
      ? after && { NewImage: after }
      : viewType === 'OLD_IMAGE'
        ? before && { OldImage: before }
        : undefined;
  const shown = [change.Keys, ...Object.values(image ?? {})];
  return {
    ...rest,
    ...image,
    SizeBytes: shown.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part ?? {})), 0),
    StreamViewType: viewType,
  };
}
