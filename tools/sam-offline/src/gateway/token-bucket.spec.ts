import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('allows its burst at once, and then its rate', () => {
    const bucket = new TokenBucket({ rateLimit: 10, burstLimit: 3 }, 0);
    expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
    expect([99, 100, 100, 200].map((now) => bucket.take(now))).toEqual([false, true, false, true]);
  });

  it('does not collect more tokens than its burst', () => {
    const bucket = new TokenBucket({ rateLimit: 1000, burstLimit: 2 }, 0);
    expect([60_000, 60_000, 60_000].map((now) => bucket.take(now))).toEqual([true, true, false]);
  });
});
