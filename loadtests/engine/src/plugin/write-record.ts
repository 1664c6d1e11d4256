import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodeRunRecord, type RunRecord } from '../run-record.ts';

/**
 * Writes the record beside its place first, so that there is a whole record or none.
 *
 * @throws Error that says which file and what to do; nothing of it is left then
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
        'The sums above are all that is left of this run: make room, or name another file in LOADTEST_RECORD, and run it again.',
      { cause: error },
    );
  }
}
