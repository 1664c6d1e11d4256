/** The limit at first (pushes): enough for a small broadcast, and few for a throttled account. */
const INITIAL_LIMIT = 16;

/**
 * After a 429, the limit grows by one at most this often (milliseconds). A round trip to an
 * endpoint nearby takes 1 ms. If the limit grew by one in each round trip, as in TCP, it would be
 * too high at once, and every tenth push would get a 429. API Gateway's burst of 5,000 makes up for
 * the slower growth.
 */
const GROWTH_INTERVAL_MS = 20;
const PAUSE_MS = 20;
/**
 * After this time without a 429 the limit doubles again (milliseconds). Other processes that shared
 * the account's limit have ended then, as at the end of a large broadcast, and growth by one would
 * leave their share unused for seconds.
 */
const ROOM_AFTER_MS = 500;

/**
 * The limit of pushes under way. It grows while the endpoint accepts pushes, and halves when the
 * endpoint throttles: additive increase and multiplicative decrease, with TCP's slow start before
 * the first 429 and after a time without one.
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

  /** How many pushes may be under way now; from 1. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The limit that growth can reach: the maximum, or after a 429 the current limit; from 1. */
  get reachable(): number {
    return this.#slowStart ? this.#max : this.limit;
  }

  /** The number of halvings so far; a push keeps the number from when it was sent. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * @param inFlight the pushes under way, with this one; a limit that is not used fully does not
   * grow
   */
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
   * @param epoch the value of `epoch` when the push was sent
   * @returns how long to send nothing at all (milliseconds): above 0 only when even one push at a
   * time was too many
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
