/** Pushes under way at first (items): enough for a small broadcast, little for a throttled account. */
const INITIAL_LIMIT = 16;

/**
 * After a 429, the limit grows by one at most this often (milliseconds). A round trip to an
 * endpoint nearby takes 1 ms: growth by one in each, as TCP has it, would overshoot at once and
 * make every tenth push a wasted one. API Gateway's burst of 5,000 evens out the slower growth.
 */
const GROWTH_INTERVAL_MS = 20;
const PAUSE_MS = 20;
/**
 * After so long without a 429 it doubles again (milliseconds): others that shared the account's limit
 * are done, as at the end of a large broadcast, and growth by one would leave their part unused for seconds.
 */
const ROOM_AFTER_MS = 500;

/**
 * How many pushes may be under way: grows while the endpoint takes them, halves when it throttles
 * (additive increase, multiplicative decrease, with TCP's slow start before the first 429, and again
 * where there was none for a while).
 *
 * The 429s of one overload count once: a push that was sent before the last halving says nothing
 * about the limit that holds since. That is the "once a round trip" of TCP, without a clock.
 */
export class AdaptiveConcurrency {
  readonly #max: number;
  #limit: number;
  #epoch = 0;
  #slowStart = true;
  #acceptedInRound = 0;
  #growsAt = 0;
  #throttledAt = 0;
  readonly #now: () => number;

  /** @param max from 1 */
  constructor(max: number, now: () => number = Date.now) {
    this.#max = max;
    this.#now = now;
    this.#limit = Math.min(INITIAL_LIMIT, max);
  }

  /** Pushes that may be under way now; from 1. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Pushes that may be under way once it has grown, as far as the endpoint has let it; from 1. */
  get reachable(): number {
    return this.#slowStart ? this.#max : this.limit;
  }

  /** Counts the halvings; a push remembers the one that it was sent in. */
  get epoch(): number {
    return this.#epoch;
  }

  /** @param inFlight pushes under way, this one included; a limit that is not used does not grow */
  onAccepted(inFlight: number): void {
    if (inFlight < this.limit) return;
    const now = this.#now();
    if (now - this.#throttledAt >= ROOM_AFTER_MS) this.#slowStart = true;
    if (this.#slowStart) {
      this.#limit = Math.min(this.#max, this.#limit + 1);
      return;
    }
    this.#acceptedInRound += 1;
    if (this.#acceptedInRound < this.#limit) return;
    this.#acceptedInRound = 0;
    if (now < this.#growsAt) return;
    this.#growsAt = now + GROWTH_INTERVAL_MS;
    this.#limit = Math.min(this.#max, this.#limit + 1);
  }

  /**
   * @param epoch the one that the push was sent in
   * @returns how long to send nothing at all (milliseconds): one push at a time can be too many too
   */
  onThrottled(epoch: number): number {
    if (epoch !== this.#epoch) return 0;
    const pauseMs = this.limit === 1 ? PAUSE_MS : 0;
    this.#epoch += 1;
    this.#slowStart = false;
    this.#throttledAt = this.#now();
    this.#acceptedInRound = 0;
    this.#limit = Math.max(1, this.#limit / 2);
    return pauseMs;
  }
}
