/** Posts under way at first (items): enough for a small broadcast, little for a throttled account. */
const INITIAL_LIMIT = 16;

/**
 * How many posts may be under way: grows while the endpoint takes them, halves when it throttles
 * (additive increase, multiplicative decrease, with TCP's slow start before the first 429).
 *
 * The 429s of one overload count once: a post that was sent before the last halving says nothing
 * about the limit that holds since. That is the "once a round trip" of TCP, without a clock.
 */
export class AdaptiveConcurrency {
  readonly #max: number;
  #limit: number;
  #epoch = 0;
  #slowStart = true;

  /** @param max from 1 */
  constructor(max: number) {
    this.#max = max;
    this.#limit = Math.min(INITIAL_LIMIT, max);
  }

  /** Posts that may be under way now; from 1. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Counts the halvings; a post remembers the one that it was sent in. */
  get epoch(): number {
    return this.#epoch;
  }

  /** @param inFlight posts under way, this one included; a limit that is not used does not grow */
  onAccepted(inFlight: number): void {
    if (inFlight < this.limit) return;
    this.#limit = Math.min(this.#max, this.#limit + (this.#slowStart ? 1 : 1 / this.#limit));
  }

  /** @param epoch the one that the post was sent in */
  onThrottled(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch += 1;
    this.#slowStart = false;
    this.#limit = Math.max(1, this.#limit / 2);
  }
}
