import fc from 'fast-check';
import { Latencies } from './latencies.ts';

function distributionOf(times: readonly number[]) {
  const latencies = new Latencies();
  for (const ms of times) latencies.record(ms);
  return latencies.distribution();
}

test('counts every time, each by a value that is off by less than 1.6 %', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), (ms) => {
      const { values, counts } = distributionOf([ms, ms]);
      expect(counts).toEqual([2]);
      expect(Math.abs((values[0] ?? NaN) - ms)).toBeLessThanOrEqual(ms / 64);
    }),
  );
});

test('is exact below 64 ms, and counts a negative time as 0', () => {
  expect(distributionOf([0, -5, 1, 63, 63])).toEqual({ values: [0, 1, 63], counts: [2, 1, 2] });
});

test('has few values for many times', () => {
  const { values, counts } = distributionOf(Array.from({ length: 60_000 }, (_, ms) => ms));
  expect(values.length).toBeLessThan(400);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60_000);
});

test('adds up', () => {
  const sum = new Latencies();
  const other = new Latencies();
  sum.record(5);
  other.record(5);
  other.record(6);
  sum.add(other);
  expect(sum.distribution()).toEqual({ values: [5, 6], counts: [2, 1] });
});
