import { Distribution } from './distribution.ts';
import { parseStatistic } from './statistics.ts';

function distributionOf(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

/** The same numbers in every run, from a linear congruential generator. */
function numbers(count: number, of: (uniform: number) => number): number[] {
  let state = 42;
  return Array.from({ length: count }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return of(state / 4_294_967_296);
  });
}

function exactPercentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}

describe('a distribution', () => {
  it('keeps count, sum, minimum and maximum exactly', () => {
    const { count, sum, minimum, maximum } = distributionOf([3, -1, 7.5, 3]);
    expect([count, sum, minimum, maximum]).toEqual([4, 12.5, -1, 7.5]);
  });

  it.each([
    ['durations over six orders of magnitude', (u: number) => 0.01 * 10 ** (u * 6)],
    ['values around zero', (u: number) => (u - 0.5) * 1000],
    ['values that are all alike', () => 5],
  ])('has percentiles within 0.5 %% of %s', (_name, of) => {
    const values = numbers(20_000, of);
    const distribution = distributionOf(values);
    for (const percent of [1, 50, 90, 99, 99.9]) {
      const exact = exactPercentile(values, percent);
      const found = parseStatistic(`p${percent}`)(distribution) ?? NaN;
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0051);
    }
  });

  it('merged from parts is the same as with all values at once', () => {
    const values = numbers(5_000, (u) => 1 + u * 500);
    const parts = [values.slice(0, 10), values.slice(10, 3000), values.slice(3000)];
    const merged = new Distribution();
    for (const part of parts) merged.merge(distributionOf(part));
    const whole = distributionOf(values);

    expect(merged.values()).toEqual(whole.values());
    expect(merged.count).toBe(whole.count);
    expect(merged.sum).toBeCloseTo(whole.sum, 6);
  });

  it('does not change the other one when it merges', () => {
    const other = distributionOf([1, 2, 3]);
    const before = other.values();
    distributionOf(numbers(200, (u) => u)).merge(other);
    expect(other.values()).toEqual(before);
  });

  it('weighs values by how often they occurred', () => {
    const distribution = new Distribution();
    distribution.add(10, 99);
    distribution.add(1000, 1);
    expect(parseStatistic('p99')(distribution)).toBe(10);
    expect(parseStatistic('p99.5')(distribution)).toBe(1000);
  });

  it('has no percentiles of a statistic set, as on AWS', () => {
    const distribution = new Distribution();
    distribution.addStatistics(1, 9, 30, 6);
    expect(parseStatistic('p50')(distribution)).toBeUndefined();
    expect(parseStatistic('Average')(distribution)).toBe(5);
  });
});
