import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromLogLines, hasLogLines } from 'artillery-engine-websocket-push/record-log';
import { decodeRunRecord, encodeRunRecord } from 'artillery-engine-websocket-push/run-record';
import { z } from 'zod';
import type { LoadRecord } from './load-record.ts';
import { messageOf } from '../text/index.ts';

/** The name of the record in a run's folder. */
const RECORD = 'record.json';

const windows = z.array(z.object({ at: z.number() }));
const sketch = z.object({ count: z.number(), buckets: z.array(z.number()) });
/** The fields that reports and comparisons require of a record. */
const outlineSchema = z.object({
  scenario: z.string(),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  partial: z.boolean(),
  command: z.string(),
  target: z.object({}),
  variables: z.record(z.string(), z.unknown()),
  machines: z.array(z.object({ host: z.string() })),
  ledger: z.object({
    owed: z.number(),
    received: z.number(),
    missed: z.number(),
    examples: z.array(z.unknown()),
  }),
  metrics: z.record(z.string(), z.object({ windowMs: z.number(), total: sketch, windows })),
  counters: z.record(z.string(), z.object({ windowMs: z.number(), total: z.number(), windows })),
  gauges: z.record(z.string(), z.object({ windowMs: z.number(), windows })),
  errors: z.record(z.string(), z.object({ count: z.number() })),
  clocks: z.array(z.unknown()),
});

/** The file does not exist, or cannot be read. */
export class MissingRecordError extends Error {
  override readonly name = 'MissingRecordError';
}

/**
 * Reads the record of a run.
 *
 * @param path the file, or a run's folder
 * @throws MissingRecordError if the file cannot be read
 * @throws Error if it is not a record, or one of another version (`decodeRunRecord`)
 */
export async function readRecord(path: string): Promise<LoadRecord> {
  return checked(decodeRunRecord(await readText(path), path), path);
}

/**
 * Reads the records in a file: one, or those that workers wrote into their log.
 *
 * @throws as `readRecord` does, and if a part of a record is missing in the log
 */
export async function readRecords(path: string): Promise<readonly LoadRecord[]> {
  const text = await readText(path);
  const records = hasLogLines(text) ? fromLogLines(text, path) : [decodeRunRecord(text, path)];
  return records.map((record) => checked(record, path));
}

async function readText(path: string): Promise<string> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, RECORD) : path;
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new MissingRecordError(
      `${path} cannot be read (${messageOf(error)}): name a run's record.json, or its folder below .local/loadtests`,
      { cause: error },
    );
  }
}

function checked(record: LoadRecord, path: string): LoadRecord {
  const outline = outlineSchema.safeParse(record);
  if (outline.success) return record;
  const faults = outline.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
  throw new Error(`${path} is damaged: ${faults.join('; ')}`);
}

/**
 * Writes a record, either whole or not at all: into another file in the same folder, which is then
 * renamed.
 *
 * @throws Error from the file system; if the disk is full, the earlier record is still there
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
