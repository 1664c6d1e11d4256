import {
  bootstrapInterval,
  createRandom,
  mean,
  median,
  sampleVariance,
  studentQuantile,
  trendInterval,
  welchInterval,
  type Random,
} from './index.ts';

describe('moments', () => {
  it('have the values of the textbook', () => {
    expect(mean([2, 4, 9])).toBe(5);
    expect(sampleVariance([2, 4, 9])).toBe(13);
    expect(median([9, 2, 4])).toBe(4);
    expect(median([9, 2, 4, 5])).toBe(4.5);
  });

  it('are NaN if there are too few values', () => {
    expect(mean([])).toBeNaN();
    expect(sampleVariance([1])).toBeNaN();
    expect(median([])).toBeNaN();
  });
});

describe('the quantiles of Student’s t', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2.
  it.each([
    [1, 0.975, 12.706],
    [2, 0.975, 4.303],
    [4, 0.975, 2.776],
    [8, 0.995, 3.355],
    [10, 0.9, 1.372],
    [30, 0.95, 1.697],
    [100, 0.999, 3.174],
  ])('with %d degrees of freedom at %d are as tabled', (degrees, share, expected) => {
    expect(studentQuantile(share, degrees)).toBeCloseTo(expected, 3);
    expect(studentQuantile(1 - share, degrees)).toBeCloseTo(-expected, 3);
  });

  it('refuse a share and degrees of freedom outside of their ranges', () => {
    expect(() => studentQuantile(1, 3)).toThrow('share: 1 is not between 0 and 1');
    expect(() => studentQuantile(0.9, 0)).toThrow('degrees of freedom: 0 is not above 0');
  });
});

describe('Welch’s interval', () => {
  it('is as R gives it for its own example', () => {
    // R's `t.test(extra ~ group, data = sleep)` prints -3.3654832 0.2054832 for group 1 − group 2.
    const group1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const group2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { estimate, low, high } = welchInterval(group1, group2, 0.95);
    expect(estimate).toBeCloseTo(1.58, 9);
    expect(low).toBeCloseTo(-0.2054832, 6);
    expect(high).toBeCloseTo(3.3654832, 6);
  });

  it('contains the true difference as often as it promises', () => {
    const random = createRandom(11);
    const rounds = 500;
    let held = 0;
    for (let round = 0; round < rounds; round += 1) {
      const base = [0, 1, 2, 3].map(() => normal(random));
      const head = [0, 1, 2, 3, 4].map(() => 1 + 3 * normal(random));
      const { low, high } = welchInterval(base, head, 0.9);
      if (low <= 1 && 1 <= high) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.86);
    expect(held / rounds).toBeLessThan(0.94);
  });

  it('needs two values a side', () => {
    expect(() => welchInterval([1], [1, 2], 0.95)).toThrow('at least 2 values a side');
  });
});

describe('the bootstrap', () => {
  const difference = (base: readonly number[], head: readonly number[]): number =>
    mean(head) - mean(base);

  it('gives the same interval each time', () => {
    const run = () => bootstrapInterval([1, 2, 3, 4], [2, 3, 4, 5], difference, 0.95);
    expect(run()).toEqual(run());
  });

  it('contains the true difference about as often as it promises', () => {
    const random = createRandom(5);
    const rounds = 200;
    let held = 0;
    for (let round = 0; round < rounds; round += 1) {
      const sample = (shift: number) => Array.from({ length: 30 }, () => shift + normal(random));
      const interval = bootstrapInterval(sample(0), sample(0.5), difference, 0.95, {
        rounds: 200,
        random,
      });
      if (interval.low <= 0.5 && 0.5 <= interval.high) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.88);
  });
});

/** A value of the standard normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('a trend', () => {
  /**
   * An hour of values by the minute, with noise in which each value keeps a share of the one
   * before.
   */
  const hour = (seed: number, slope: number, keeps: number) => {
    const random = createRandom(seed);
    let noise = 0;
    return Array.from({ length: 60 }, (_, minute) => {
      noise = keeps * noise + (random() + random() + random() - 1.5);
      return { x: minute / 60, y: 100 + (slope * minute) / 60 + noise };
    });
  };
  const seeds = Array.from({ length: 400 }, (_, seed) => seed + 1);

  it.each([0, 0.5])(
    'is found in noise as seldom as promised, with an autocorrelation of %d',
    (keeps) => {
      const wrong = seeds.filter((seed) => {
        const interval = trendInterval(hour(seed, 0, keeps), 0.95);
        return interval !== undefined && (interval.low > 0 || interval.high < 0);
      });
      expect(wrong.length / seeds.length).toBeLessThan(0.1);
    },
  );

  it('is found with its size if there is one', () => {
    const found = seeds.filter((seed) => {
      const interval = trendInterval(hour(seed, 10, 0.5), 0.95);
      return interval !== undefined && interval.low > 0 && interval.low < 10 && interval.high > 10;
    });
    expect(found.length / seeds.length).toBeGreaterThan(0.85);
  });

  it('is exact without noise, and unknown with too few values', () => {
    const line = [0, 1, 2, 3].map((x) => ({ x, y: 3 * x }));
    expect(trendInterval(line, 0.95)).toEqual({ estimate: 3, low: 3, high: 3 });
    expect(trendInterval(line.slice(1), 0.95)).toBeUndefined();
  });
});
