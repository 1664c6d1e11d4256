import type { Throttle } from '../template/index.ts';

/** API Gateway throttles with token buckets: the burst is the bucket's size, the rate its refill. */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds of a monotonic clock */
  constructor(throttle: Throttle, now: number = performance.now()) {
    this.#throttle = throttle;
    this.#tokens = throttle.burstLimit;
    this.#filledAt = now;
  }

  /** Takes a token; false when there is none. */
  take(now: number = performance.now()): boolean {
    const { rateLimit, burstLimit } = this.#throttle;
    const refill = ((now - this.#filledAt) * rateLimit) / 1000;
    this.#tokens = Math.min(burstLimit, this.#tokens + refill);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
