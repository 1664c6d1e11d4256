import { hash } from 'node:crypto';
import type { ExpiredItems } from './expired-items.ts';

/** A record of `GetRecords`, in DynamoDB's JSON. */
export interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly [name: string]: unknown;
  };
  readonly userIdentity?: unknown;
}

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
  /** With what its table's TTL deleted, where the deletes are to be told apart. */
  readonly tableName?: string;
  readonly expired?: ExpiredItems;
}

/** The record with the id, region, sequence number and identity that AWS would give it. */
export function toAwsRecord(
  record: StreamRecord,
  origin: StreamOrigin,
): StreamRecord & { readonly eventID: string } {
  const sequenceNumber = toAwsSequenceNumber(record.dynamodb.SequenceNumber);
  const isExpiry =
    record.eventName === 'REMOVE' &&
    origin.expired?.wasExpired(
      origin.tableName ?? '',
      record.dynamodb.Keys ?? {},
      record.dynamodb.ApproximateCreationDateTime ?? 0,
    ) === true;
  return {
    eventID: hash('md5', `${sequenceNumber}/${JSON.stringify(record.dynamodb.Keys)}`),
    eventName: record.eventName,
    ...{ eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: origin.region },
    dynamodb: { ...record.dynamodb, SequenceNumber: sequenceNumber },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    ...(isExpiry
      ? { userIdentity: { principalId: 'dynamodb.amazonaws.com', type: 'Service' } }
      : {}),
  };
}
