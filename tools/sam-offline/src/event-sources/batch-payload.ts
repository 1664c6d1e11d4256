import { MAXIMUM_PAYLOAD_BYTES } from '../lambda/index.ts';

/** The size of `{"Records":[]}`, in bytes. */
const ENVELOPE_BYTES = 14;

/**
 * The maximum size of a batch's records, in bytes of JSON. Lambda invokes the function when "the
 * payload size reaches 6 MB", even if the batch has fewer records than its batch size
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html).
 */
export const MAXIMUM_BATCH_BYTES = MAXIMUM_PAYLOAD_BYTES - ENVELOPE_BYTES;

/** Gives the size of a record in a batch's payload, in bytes, including the comma after it. */
export function recordBytes(record: object): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}

/**
 * Splits records into lists that each fit into one payload, and keeps their order. A record that is
 * too large has its own list, so that no other record fails with it.
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
