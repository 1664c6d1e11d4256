import type { LogEntry } from '../../insights/index.ts';

/** The most entries of a page. */
export const MAXIMUM_EVENTS = 10_000;

/** The most bytes of a page, counted as AWS counts them: the text, and 26 bytes an entry. */
const MAXIMUM_PAGE_BYTES = 1024 * 1024;
export const ENTRY_OVERHEAD_BYTES = 26;

/** As many of the first entries as a page holds, and one at least. */
export function firstThatFit(entries: readonly LogEntry[]): readonly LogEntry[] {
  let bytes = 0;
  for (const [index, { message }] of entries.entries()) {
    bytes += Buffer.byteLength(message) + ENTRY_OVERHEAD_BYTES;
    if (bytes > MAXIMUM_PAGE_BYTES && index > 0) return entries.slice(0, index);
  }
  return entries;
}

/** An entry's id as AWS writes it: 56 digits. */
export function eventIdOf(id: number): string {
  return String(id).padStart(56, '0');
}
