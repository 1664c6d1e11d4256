import { MAXIMUM_BATCH_BYTES, recordBytes, splitByPayload } from './batch-payload.ts';

const MEGABYTE = 1024 * 1024;
const sized = (bytes: number): { body: string } => {
  const record = { body: '' };
  return { body: 'x'.repeat(bytes - recordBytes(record)) };
};
const payload = (records: object[]): number => JSON.stringify({ Records: records }).length;

describe('splitByPayload', () => {
  it('fills a payload up to the last byte', () => {
    const fits = [sized(3 * MEGABYTE), sized(MAXIMUM_BATCH_BYTES - 3 * MEGABYTE)];
    expect(splitByPayload(fits)).toEqual([fits]);
    // No comma follows the last record.
    expect(payload(fits)).toBe(6 * MEGABYTE - 1);
    expect(splitByPayload([...fits, sized(20)]).map((run) => run.length)).toEqual([2, 1]);
  });

  it('puts a record that is too large into its own batch, and counts bytes rather than characters', () => {
    const [small, large, wide] = [sized(100), sized(7 * MEGABYTE), { body: 'é'.repeat(4_000_000) }];
    expect(splitByPayload([small, large, small, wide, small])).toEqual([
      [small],
      [large],
      [small],
      [wide],
      [small],
    ]);
    expect(splitByPayload([])).toEqual([]);
  });
});
