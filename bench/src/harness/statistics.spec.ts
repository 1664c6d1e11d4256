import { median, quantile } from './statistics.ts';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([30, 10, 20])).toBe(20);
  });

  it('is the mean of the two middle values of an even count', () => {
    expect(median([1, 100, 3, 2])).toBe(2.5);
  });

  it('sorts as numbers', () => {
    expect(median([9, 10, 100])).toBe(10);
  });

  it('does not change its input', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses an empty list', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('quantile', () => {
  it('interpolates between neighbours', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5);
  });

  it('gives the ends at 0 and 1', () => {
    expect(quantile([5, 7, 6], 0)).toBe(5);
    expect(quantile([5, 7, 6], 1)).toBe(7);
  });
});
