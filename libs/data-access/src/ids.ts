import { ULID_PATTERN } from '@blogapp/shared-types';
import { decodeTime, encodeTime, monotonicFactory, ulid } from 'ulid';

const monotonic = monotonicFactory();

/**
 * A new ULID, greater than every ULID that this process made before. `atMs` is its time (ms since
 * 1970).
 */
export function newId(atMs: number): string {
  return monotonic(atMs);
}

/**
 * A new ULID of the millisecond after another one. It does not move the clock of `newId`: the clock
 * that made the other ULID may be wrong, and later ids must not follow it.
 */
export function newIdAfter(id: string): string {
  return ulid(decodeTime(id) + 1);
}

/** Whether a text is a ULID. */
export function isId(text: string): boolean {
  return ULID_PATTERN.test(text);
}

/** When a ULID was made (ms since 1970). */
export function timeOf(id: string): number {
  return decodeTime(id);
}

/** When a ULID was made, as ISO 8601 in UTC. */
export function isoTimeOf(id: string): string {
  return new Date(decodeTime(id)).toISOString();
}

/** The month that a ULID was made in, in UTC: `2026-11`. */
export function monthOf(id: string): string {
  return isoTimeOf(id).slice(0, 7);
}

/** The least ULID of a millisecond (`atMs`, since 1970). */
export function leastIdAt(atMs: number): string {
  return `${encodeTime(Math.max(0, atMs))}${'0'.repeat(RANDOM_CHARACTERS)}`;
}

const RANDOM_CHARACTERS = 16;
const RANDOM_BITS = 80n;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The ULID of a stream record. It is the same each time the record is delivered, so that subscribers
 * recognise an event that was published twice. Ids of one shard's records are in the records' order.
 *
 * @param sequenceNumber the record's sequence number: up to 40 digits, of which 80 bits are kept
 * @param atMs when the record was written
 */
export function idOfRecord(sequenceNumber: string, atMs: number): string {
  let rest = BigInt.asUintN(Number(RANDOM_BITS), BigInt(sequenceNumber));
  let text = '';
  for (let index = 0; index < RANDOM_CHARACTERS; index += 1) {
    text = `${CROCKFORD.charAt(Number(rest & 31n))}${text}`;
    rest >>= 5n;
  }
  return `${encodeTime(Math.max(0, Math.floor(atMs)))}${text}`;
}
