import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** Reports accepted pushes, each while as many are under way as the limit allows. */
function accept(concurrency: AdaptiveConcurrency, times: number): void {
  for (let index = 0; index < times; index += 1) concurrency.onAccepted(concurrency.limit);
}

describe('AdaptiveConcurrency', () => {
  it('doubles in each round until the first 429, up to the maximum', () => {
    const concurrency = new AdaptiveConcurrency(100);
    expect(concurrency.limit).toBe(16);
    accept(concurrency, 16);
    expect(concurrency.limit).toBe(32);
    accept(concurrency, 500);
    expect(concurrency.limit).toBe(100);
  });

  it('halves once for the 429s of one overload', () => {
    const concurrency = new AdaptiveConcurrency(64);
    accept(concurrency, 64);
    const sentIn = concurrency.epoch;
    for (let index = 0; index < 40; index += 1) concurrency.onThrottled(sentIn);
    expect(concurrency.limit).toBe(32);
    concurrency.onThrottled(concurrency.epoch);
    expect(concurrency.limit).toBe(16);
  });

  it('grows by one a round after a 429, and no faster than every 20 ms', () => {
    let now = 1_000;
    const concurrency = new AdaptiveConcurrency(64, () => now);
    concurrency.onThrottled(concurrency.epoch);
    expect(concurrency.limit).toBe(8);
    accept(concurrency, 7);
    expect(concurrency.limit).toBe(8);
    accept(concurrency, 1);
    expect(concurrency.limit).toBe(9);
    accept(concurrency, 100);
    expect(concurrency.limit).toBe(9);
    now += 20;
    accept(concurrency, 9);
    expect(concurrency.limit).toBe(10);
  });

  it('doubles again once half a second has passed without a 429', () => {
    let now = 1_000;
    const concurrency = new AdaptiveConcurrency(64, () => now);
    concurrency.onThrottled(concurrency.epoch);
    now += 499;
    accept(concurrency, 8);
    expect([concurrency.limit, concurrency.reachable]).toEqual([9, 9]);
    now += 1;
    accept(concurrency, 9);
    expect([concurrency.limit, concurrency.reachable]).toEqual([18, 64]);
    concurrency.onThrottled(concurrency.epoch);
    now += 20;
    accept(concurrency, 9);
    expect(concurrency.limit).toBe(10);
  });

  it('never falls below one push, but pauses when one is too many', () => {
    const concurrency = new AdaptiveConcurrency(2);
    expect(concurrency.onThrottled(concurrency.epoch)).toBe(0);
    expect(concurrency.onThrottled(concurrency.epoch)).toBeGreaterThan(0);
    expect(concurrency.onThrottled(concurrency.epoch - 1)).toBe(0);
    for (let index = 0; index < 10; index += 1) concurrency.onThrottled(concurrency.epoch);
    expect(concurrency.limit).toBe(1);
    accept(concurrency, 1);
    expect(concurrency.limit).toBe(2);
  });

  it('does not grow while it is not used', () => {
    const concurrency = new AdaptiveConcurrency(64);
    for (let index = 0; index < 100; index += 1) concurrency.onAccepted(3);
    expect(concurrency.limit).toBe(16);
  });
});
