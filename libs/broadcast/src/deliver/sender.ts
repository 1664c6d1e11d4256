import type { Posting } from '../transport/transport.ts';
import type { PostSink } from '../transport/lane.ts';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** A delivery, as the sender sees it: gives recipients when asked, and is told how each post ended. */
export interface PostSource {
  readonly posting: Posting;
  /** Fills in the next recipient; false when there is none right now (`pump` when there is). */
  take(post: Post): boolean;
  settle(post: Post, status: number, error: Error | undefined): void;
}

/** A post under way; used again and again, so that nothing is allocated for each recipient. */
export class Post implements PostSink {
  connectionId = '';
  /** Which try of this recipient it is, from 1. */
  attempt = 1;
  /** Absent while it is idle. */
  source: PostSource | undefined;
  /** Of the concurrency limit, when it was sent. */
  epoch = 0;
  readonly #settled: (post: Post, status: number, error: Error | undefined) => void;

  constructor(settled: (post: Post, status: number, error: Error | undefined) => void) {
    this.#settled = settled;
  }

  onPosted(status: number, error: Error | undefined): void {
    this.#settled(this, status, error);
  }
}

/**
 * Keeps as many posts under way as the endpoint takes, for all deliveries of this process
 * together (the account's limit is one), in turn and with no barrier: whenever posts end, as
 * many start, those of one turn of the event loop together.
 */
export class Sender {
  readonly #concurrency: AdaptiveConcurrency;
  readonly #posts: Post[] = [];
  readonly #idle: Post[] = [];
  readonly #sources: PostSource[] = [];
  #turn = 0;
  #inFlight = 0;
  /** Posts that have ended since the last ones were started. */
  #ended = 0;
  #pumping = false;
  #paused = false;

  constructor(maxConcurrency: number) {
    this.#concurrency = new AdaptiveConcurrency(maxConcurrency);
  }

  add(source: PostSource): void {
    this.#sources.push(source);
    this.pump();
  }

  remove(source: PostSource): void {
    const index = this.#sources.indexOf(source);
    if (index !== -1) this.#sources.splice(index, 1);
  }

  /** The recipients of a source whose posts are still under way. */
  inFlightOf(source: PostSource): string[] {
    return this.#posts
      .filter((post) => post.source === source)
      .map(({ connectionId }) => connectionId);
  }

  /** Starts what may be started; to be called when a source has recipients again. */
  pump(): void {
    if (this.#pumping || this.#paused) return;
    this.#pumping = true;
    this.#ended = 0;
    while (this.#inFlight < this.#concurrency.limit) {
      const post = this.#idle.pop() ?? this.#newPost();
      const source = this.#takeInTurn(post);
      if (source === undefined) {
        this.#idle.push(post);
        break;
      }
      post.source = source;
      post.epoch = this.#concurrency.epoch;
      this.#inFlight += 1;
      try {
        source.posting.post(post.connectionId, post);
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        queueMicrotask(() => {
          post.onPosted(0, reason);
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

  #newPost(): Post {
    const post = new Post((...outcome) => {
      this.#settle(...outcome);
    });
    this.#posts.push(post);
    return post;
  }

  #takeInTurn(post: Post): PostSource | undefined {
    const count = this.#sources.length;
    for (let step = 0; step < count; step += 1) {
      this.#turn = (this.#turn + 1) % count;
      const source = this.#sources[this.#turn];
      if (source?.take(post) === true) return source;
    }
    return undefined;
  }

  #settle(post: Post, status: number, error: Error | undefined): void {
    if (status === 429) this.#pause(this.#concurrency.onThrottled(post.epoch));
    else if (status !== 0 && status < 500) {
      this.#concurrency.onAccepted(this.#inFlight + this.#ended);
    }
    this.#inFlight -= 1;
    const { source } = post;
    post.source = undefined;
    source?.settle(post, status, error);
    this.#idle.push(post);
    // Answers come in bunches. Those that follow them are started together, after the last of the
    // bunch: each write then finds the other end awake, which is half of what a write costs.
    if (this.#ended === 0) setImmediate(this.#pump);
    this.#ended += 1;
  }
}
