import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRunRecord, encodeRunRecord } from 'artillery-engine-websocket-push/run-record';
import type { LoadRecord } from './load-record.ts';

/** The record's name in a run's folder. */
const RECORD = 'record.json';

/** There is no such file, or it can't be read. */
export class MissingRecordError extends Error {
  override readonly name = 'MissingRecordError';
}

/**
 * Reads the record of a run.
 *
 * @param path the file, or a run's folder
 * @throws MissingRecordError when it can't be read
 * @throws Error when it is no record, or one of another version (`decodeRunRecord`)
 */
export async function readRecord(path: string): Promise<LoadRecord> {
  let text: string;
  try {
    const file = (await stat(path)).isDirectory() ? join(path, RECORD) : path;
    text = await readFile(file, 'utf8');
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new MissingRecordError(
      `${path} cannot be read (${because}): name a run's record.json, or its folder below .local/loadtests`,
      { cause: error },
    );
  }
  return decodeRunRecord(text, path);
}

/**
 * Writes a record, whole or not at all: into a file beside it, which then takes its name.
 *
 * @throws Error from the file system: a full disk leaves the record that was there before
 */
export async function writeRecord(folder: string, record: LoadRecord): Promise<string> {
  const file = join(folder, RECORD);
  const draft = `${file}.draft`;
  try {
    await writeFile(draft, encodeRunRecord(record));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return file;
}
