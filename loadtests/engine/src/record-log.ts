/**
 * Writes a record into a log, and reads it from there. Workers on other machines, whose disks
 * cannot be read, send their records in this way. Each line is small enough for a log event of
 * CloudWatch (1 MiB:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html).
 */
import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeRunRecord, encodeRunRecord, type RunRecord } from './run-record.ts';

const marker = 'websocket-push-record';
/** The number of characters of a line's data. */
const partLength = 100_000;

/** Writes the record as lines `websocket-push-record <id> <part>/<parts> <data>`. */
export function toLogLines(record: RunRecord, id: string = randomUUID()): string[] {
  const data = gzipSync(encodeRunRecord(record)).toString('base64');
  const parts = Math.ceil(data.length / partLength);
  return Array.from({ length: parts }, (_, index) => {
    const part = data.slice(index * partLength, (index + 1) * partLength);
    return `${marker} ${id} ${index + 1}/${parts} ${part}`;
  });
}

/** Whether a text may contain records in lines of a log. */
export function hasLogLines(text: string): boolean {
  return text.includes(`${marker} `);
}

/**
 * Reads the records in a log. Other lines are ignored, lines may come in any order, and a line that
 * came twice counts once.
 *
 * @param name the name of the file, for errors
 * @throws Error that says which parts of a record are missing
 */
export function fromLogLines(text: string, name: string): RunRecord[] {
  const records = new Map<string, { count: number; readonly parts: Map<number, string> }>();
  const line = new RegExp(`${marker} (\\S+) (\\d+)/(\\d+) ([A-Za-z0-9+/=]+)`, 'g');
  for (const [, id = '', part, count, data = ''] of text.matchAll(line)) {
    const record = records.get(id) ?? { count: Number(count), parts: new Map<number, string>() };
    record.parts.set(Number(part), data);
    records.set(id, record);
  }
  return [...records].map(([id, { count, parts }]) => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const missing = numbers.filter((number) => !parts.has(number));
    if (missing.length > 0) {
      throw new Error(
        `${name} lacks part ${missing.join(', ')} of ${count} of the record ${id}: fetch the whole log`,
      );
    }
    const encoded = numbers.map((number) => parts.get(number) ?? '').join('');
    const text = gunzipSync(Buffer.from(encoded, 'base64')).toString();
    return decodeRunRecord(text, `${name} (record ${id})`);
  });
}
