import { shardOf } from './keys.ts';

describe('shardOf', () => {
  it('spreads connection ids evenly', () => {
    const SHARDS = 16;
    const counts = new Array<number>(SHARDS).fill(0);
    for (let index = 0; index < 16_000; index += 1) {
      const id = Buffer.from(`connection ${index}`).toString('base64').slice(-16);
      const shard = shardOf(id, SHARDS);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });

  it('never changes: rows that other versions and processes wrote are found by it', () => {
    expect(['L0SM9cOFvHcCIhw=', 'a', ''].map((id) => shardOf(id, 8))).toEqual([5, 4, 5]);
  });
});
