import type { Throttle } from '../template/index.ts';

/**
 * A token bucket, which API Gateway throttles with. The burst is the number of tokens in a full
 * bucket, the rate is the number of tokens that are added each second.
 */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #filledAt: number;

  /** @param now the time of a monotonic clock, in ms */
  constructor(throttle: Throttle, now: number = performance.now()) {
    this.#throttle = throttle;
    this.#tokens = throttle.burstLimit;
    this.#filledAt = now;
  }

  /**
   * Takes a token.
   * @returns false if there is none
   */
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
