import { TokenBucket } from '@blogapp/sam-offline/token-bucket';
import type { SinkOptions, SinkStats } from './protocol.ts';

/** Decides the response to each push, and counts the recipients that were reached. */
export class Tally {
  readonly #options: SinkOptions;
  readonly #bucket: TokenBucket | undefined;
  readonly #now: () => number;
  readonly #reached: Uint8Array;
  #requests = 0;
  #delivered = 0;
  #gone = 0;
  #throttled = 0;
  #reachedCount = 0;
  #firstAt = 0;
  #lastReachedAt = 0;

  /** @param now returns the time of a monotonic clock (ms) */
  constructor(options: SinkOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
    this.#bucket = options.limit && new TokenBucket(options.limit, now());
    this.#reached = new Uint8Array(options.recipients);
  }

  /** @param index the recipient's number; NaN for an id that `recipientId` did not make */
  respond(index: number): 200 | 410 | 429 {
    this.#requests += 1;
    if (this.#firstAt === 0) this.#firstAt = Date.now();
    if (this.#bucket?.take(this.#now()) === false) {
      this.#throttled += 1;
      return 429;
    }
    const gone = index % 100 === this.#options.staleRest;
    if (gone) this.#gone += 1;
    else this.#delivered += 1;
    if (this.#reached[index] === 0) {
      this.#reached[index] = 1;
      this.#reachedCount += 1;
      this.#lastReachedAt = Date.now();
    }
    return gone ? 410 : 200;
  }

  stats(): SinkStats {
    return {
      requests: this.#requests,
      delivered: this.#delivered,
      gone: this.#gone,
      throttled: this.#throttled,
      reached: this.#reachedCount,
      spreadMs: Math.max(0, this.#lastReachedAt - this.#firstAt),
      lastReachedAt: this.#lastReachedAt,
    };
  }
}
