import type { LogEntry } from '../../insights/index.ts';

/** The maximum number of entries in a page. */
export const MAXIMUM_EVENTS = 10_000;

/** The maximum size of a page, in bytes. As on AWS, an entry counts with its text and 26 bytes. */
const MAXIMUM_PAGE_BYTES = 1024 * 1024;
export const ENTRY_OVERHEAD_BYTES = 26;

/** Gives the first entries that fit into a page, and at least one. */
export function firstThatFit(entries: readonly LogEntry[]): readonly LogEntry[] {
  let bytes = 0;
  for (const [index, { message }] of entries.entries()) {
    bytes += Buffer.byteLength(message) + ENTRY_OVERHEAD_BYTES;
    if (bytes > MAXIMUM_PAGE_BYTES && index > 0) return entries.slice(0, index);
  }
  return entries;
}

/** Writes an entry's id with 56 digits, as AWS does. */
export function eventIdOf(id: number): string {
  return String(id).padStart(56, '0');
}
