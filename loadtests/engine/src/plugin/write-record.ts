import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodeRunRecord, type RunRecord } from '../run-record.ts';

/**
 * Writes the record to another file in the same folder first, so that the record is either whole or
 * missing.
 *
 * @throws Error that says which file could not be written and what to do; then no part of it is
 *   left
 */
export function writeRecord(path: string, record: RunRecord): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(unfinished, encodeRunRecord(record));
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new Error(
      `the record can't be written to ${path}: ${(error as Error).message}. ` +
        'The sums above are all that is left of this run: free some space, or name another file in LOADTEST_RECORD, and run it again.',
      { cause: error },
    );
  }
}
