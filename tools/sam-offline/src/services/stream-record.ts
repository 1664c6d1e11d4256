import { hash } from 'node:crypto';
import type { ExpiredItems } from './expired-items.ts';
import { type Item, sameItem } from './same-item.ts';

/** A record of a `GetRecords` response, in DynamoDB's JSON. */
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
 * The view type of all streams in the local DynamoDB. Both images are needed to find out whether a
 * write changed anything. `readStreamRecord` removes the images that the table's view type does not
 * have.
 */
export const LOCAL_VIEW_TYPE: StreamViewType = 'NEW_AND_OLD_IMAGES';

/**
 * The number that is added to Dynoxide's sequence numbers 1, 2, 3 …, because AWS's have 21 to 40
 * digits
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html).
 */
const SEQUENCE_NUMBER_BASE = 100_000_000_000_000_000_000n;

/**
 * Converts Dynoxide's sequence number `7` to AWS's form, `100000000000000000007`. These have the
 * same order as strings and as numbers.
 */
export function toAwsSequenceNumber(local: string): string {
  return local.length >= 21 ? local : String(SEQUENCE_NUMBER_BASE + BigInt(local));
}

/** Converts a sequence number in AWS's form to Dynoxide's. */
export function toLocalSequenceNumber(sequenceNumber: string): string {
  const number = /^\d+$/.test(sequenceNumber) ? BigInt(sequenceNumber) : 0n;
  const isOurs = sequenceNumber.length === 21 && sequenceNumber.startsWith('1');
  return isOurs ? String(number - SEQUENCE_NUMBER_BASE) : sequenceNumber;
}

export interface StreamOrigin {
  readonly region: string;
  /**
   * The view type in the template; absent for a table outside of the stack, whose records are not
   * changed.
   */
  readonly streamViewType?: StreamViewType;
  /** The table's name, to find out with `expired` whether TTL deleted the item. */
  readonly tableName?: string;
  readonly expired?: ExpiredItems;
}

/**
 * Converts a record to AWS's form, with its id, region, sequence number, images and identity.
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

/**
 * Removes the images that a view type does not have. `SizeBytes` is the size of the rest as JSON,
 * as in Dynoxide.
 */
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
