import { Lane, type LaneOptions } from './lane.ts';
import { buildConnector } from './undici.ts';

/** How often running posts are looked at, a time-out. */
const SWEEPS_PER_TIMEOUT = 4;

/**
 * Kept-alive connections, one post at a time on each. Last in, first out, so that as few as
 * possible are open and those are warm. How many are used at once is the caller's choice.
 */
export class LanePool {
  readonly #options: LaneOptions;
  readonly #all = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #sweepMs: number;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({
    origin,
    postTimeoutMs,
  }: {
    readonly origin: string;
    readonly postTimeoutMs: number;
  }) {
    this.#sweepMs = Math.ceil(postTimeoutMs / SWEEPS_PER_TIMEOUT);
    this.#options = {
      origin,
      postTimeoutMs,
      // Shared, so that TLS sessions are resumed across connections. Certificates are verified:
      // that is undici's and Node's default.
      connect: buildConnector({ timeout: postTimeoutMs }),
      sweepsPerTimeout: SWEEPS_PER_TIMEOUT,
      release: (lane) => {
        this.#idle.push(lane);
      },
    };
  }

  /** @throws Error when the pool is closed */
  take(): Lane {
    if (this.#closed) throw new Error('the transport is closed');
    this.#sweeper ??= setInterval(() => {
      this.#sweep();
    }, this.#sweepMs);
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const lane = new Lane(this.#options);
    this.#all.add(lane);
    return lane;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    const lanes = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  /** Ends posts that take too long; stops when nothing is under way, so that a process can end. */
  #sweep(): void {
    for (const lane of this.#all) lane.sweep();
    if (this.#idle.length === this.#all.size) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }
}
