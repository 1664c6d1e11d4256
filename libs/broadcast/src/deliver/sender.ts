import type { Pusher, PushSink } from '../transport/index.ts';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** The weight of the newest push in the moving average of round trips. */
const ROUND_TRIP_WEIGHT = 1 / 16;

/** A delivery, as the sender sees it: it supplies recipients, and receives the outcome of each push. */
export interface PushSource {
  readonly pusher: Pusher;
  /** Fills in the next recipient; false when none is available right now (call `pump` when one is). */
  take(push: Push): boolean;
  settle(push: Push, status: number, error: Error | undefined): void;
}

/** A push under way; used again and again, so that nothing is allocated for each recipient. */
export class Push implements PushSink {
  connectionId = '';
  /** The number of the attempt for this recipient, from 1. */
  attempt = 1;
  /** The delivery that this push belongs to; absent while it is idle. */
  source: PushSource | undefined;
  /** `AdaptiveConcurrency.epoch` when the push was sent. */
  epoch = 0;
  /** When the push was sent (epoch milliseconds). */
  sentAt = 0;
  readonly #settled: (push: Push, status: number, error: Error | undefined) => void;

  constructor(settled: (push: Push, status: number, error: Error | undefined) => void) {
    this.#settled = settled;
  }

  onPushed(status: number, error: Error | undefined): void {
    this.#settled(this, status, error);
  }
}

/**
 * Keeps as many pushes under way as the endpoint accepts. All deliveries of this process share the
 * limit, because the account has one limit, and they take turns. When pushes end, as many start,
 * together in one turn of the event loop.
 */
export class Sender {
  readonly #concurrency: AdaptiveConcurrency;
  readonly #pushes: Push[] = [];
  readonly #idle: Push[] = [];
  readonly #sources: PushSource[] = [];
  #turn = 0;
  #inFlight = 0;
  /** Pushes that have ended since the last ones were started. */
  #ended = 0;
  #pumping = false;
  #paused = false;
  /** The moving average of the time from a push to its response (milliseconds). */
  #roundTripMs = 0;
  #unmeasured: number;
  readonly #measured = Promise.withResolvers<undefined>();

  constructor(maxConcurrency: number) {
    this.#concurrency = new AdaptiveConcurrency(maxConcurrency);
    // The first push on each socket also opens it.
    this.#unmeasured = 2 * maxConcurrency;
  }

  /** Resolves when enough pushes have had a response for `pushesIn` to mean something. */
  get measured(): Promise<unknown> {
    return this.#measured.promise;
  }

  /** How many pushes this process can make in a time, as far as it has measured. */
  pushesIn(timeMs: number): number {
    return (this.#concurrency.reachable * timeMs) / Math.max(this.#roundTripMs, 1);
  }

  add(source: PushSource): void {
    this.#sources.push(source);
    this.pump();
  }

  remove(source: PushSource): void {
    const index = this.#sources.indexOf(source);
    if (index !== -1) this.#sources.splice(index, 1);
  }

  /** The recipients of a source whose pushes are still under way. */
  inFlightOf(source: PushSource): string[] {
    return this.#pushes
      .filter((push) => push.source === source)
      .map(({ connectionId }) => connectionId);
  }

  /** Starts as many pushes as the limit allows. Call it when a source has recipients again. */
  pump(): void {
    if (this.#pumping || this.#paused) return;
    this.#pumping = true;
    this.#ended = 0;
    const now = Date.now();
    while (this.#inFlight < this.#concurrency.limit) {
      const push = this.#idle.pop() ?? this.#newPush();
      const source = this.#takeInTurn(push);
      if (source === undefined) {
        this.#idle.push(push);
        break;
      }
      push.source = source;
      push.epoch = this.#concurrency.epoch;
      push.sentAt = now;
      this.#inFlight += 1;
      try {
        source.pusher.push(push.connectionId, push);
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        queueMicrotask(() => {
          push.onPushed(0, reason);
        });
      }
    }
    this.#pumping = false;
  }

  readonly #pump = (): void => {
    this.pump();
  };

  #pause(ms: number): void {
    if (ms === 0 || this.#paused) return;
    this.#paused = true;
    setTimeout(() => {
      this.#paused = false;
      this.pump();
    }, ms);
  }

  #newPush(): Push {
    const push = new Push((...outcome) => {
      this.#settle(...outcome);
    });
    this.#pushes.push(push);
    return push;
  }

  #measure(roundTripMs: number): void {
    if (this.#roundTripMs === 0) this.#roundTripMs = roundTripMs;
    else this.#roundTripMs += (roundTripMs - this.#roundTripMs) * ROUND_TRIP_WEIGHT;
    if (this.#unmeasured === 0) return;
    this.#unmeasured -= 1;
    if (this.#unmeasured === 0) this.#measured.resolve(undefined);
  }

  #takeInTurn(push: Push): PushSource | undefined {
    const count = this.#sources.length;
    for (let step = 0; step < count; step += 1) {
      this.#turn = (this.#turn + 1) % count;
      const source = this.#sources[this.#turn];
      if (source?.take(push) === true) return source;
    }
    return undefined;
  }

  #settle(push: Push, status: number, error: Error | undefined): void {
    if (status === 429) this.#pause(this.#concurrency.onThrottled(push.epoch));
    else if (status !== 0 && status < 500) {
      this.#concurrency.onAccepted(this.#inFlight + this.#ended);
      this.#measure(Date.now() - push.sentAt);
    }
    this.#inFlight -= 1;
    const { source } = push;
    push.source = undefined;
    source?.settle(push, status, error);
    this.#idle.push(push);
    // Responses come in groups. The next pushes start together, after the last response of the
    // group: the process at the other end is running then, and a write costs half as much.
    if (this.#ended === 0) setImmediate(this.#pump);
    this.#ended += 1;
  }
}
