import { MAXIMUM_PAYLOAD_BYTES } from '../lambda/index.ts';

/** `{"Records":[]}` */
const ENVELOPE_BYTES = 14;

/**
 * What the records of one batch may have together, in bytes of JSON: Lambda invokes with what it has
 * when "the payload size reaches 6 MB", whatever the batch size
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html).
 */
export const MAXIMUM_BATCH_BYTES = MAXIMUM_PAYLOAD_BYTES - ENVELOPE_BYTES;

/** What a record takes in its batch's payload, in bytes, with the comma behind it. */
export function recordBytes(record: object): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}

/**
 * Records in runs that each fit one payload, in their order. A record that is too large by itself is
 * alone in its run, so that it is the only one that fails.
 */
export function splitByPayload<T extends object>(records: readonly T[]): T[][] {
  const runs: T[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = recordBytes(record);
    const run = runs.at(-1);
    if (run === undefined || bytes + size > MAXIMUM_BATCH_BYTES) {
      runs.push([record]);
      bytes = size;
    } else {
      run.push(record);
      bytes += size;
    }
  }
  return runs;
}
