import type { EventDraft, ServerEvent } from '@blogapp/shared-types';
import { setImmediate } from 'node:timers/promises';
import type { Replay } from '../comments/index.ts';
import type { Comment } from '../contract.ts';

/** A subscriber of one post that does what the protocol requires of clients. */
export class ReadingClient {
  /** The bodies that it shows, by comment. */
  readonly view = new Map<string, string>();
  /** The id of the latest change of each comment that it has received, with deleted ones. */
  readonly #changes = new Map<string, string>();
  readonly #replay: (since: string) => Promise<Replay>;
  readonly #load: () => Promise<readonly Comment[]>;
  /** The id of the last event before which nothing is missing. */
  #since: string | undefined;
  /** The id of the greatest event of this connection. */
  #newest: string | undefined;
  #connection: symbol | undefined;
  #subscribed = false;

  constructor(replay: (since: string) => Promise<Replay>, load: () => Promise<readonly Comment[]>) {
    this.#replay = replay;
    this.#load = load;
  }

  disconnect(): void {
    this.#connection = undefined;
    this.#subscribed = false;
    this.#newest = undefined;
  }

  receive(event: ServerEvent | EventDraft): void {
    if (this.#connection === undefined) return;
    const { id = '', type, data } = event;
    this.#see(id);
    if (type === 'comment.deleted') this.#apply(data.commentId, id);
    if (type === 'comment.created' || type === 'comment.updated') {
      this.#apply(data.commentId, id, data.body);
    }
  }

  /** Subscribes: from the moment that its row is written until the response. */
  async connect(): Promise<void> {
    if (this.#connection !== undefined) return;
    const connection = Symbol('connection');
    this.#connection = connection;
    const { events, truncated } =
      this.#since === undefined
        ? { events: [], truncated: true }
        : await this.#replay(this.#since).then((replayed) => ({
            events: replayed.events,
            truncated: replayed.truncated.length > 0,
          }));
    for (const event of events) {
      await setImmediate();
      if (this.#connection !== connection) return;
      this.receive(event);
    }
    if (truncated) {
      if (this.#connection !== connection) return;
      this.view.clear();
      this.#changes.clear();
      this.#since = undefined;
      for (const { commentId, changeId, body } of await this.#load()) {
        if (this.#isCurrent(connection)) this.#apply(commentId, changeId, body);
        if (this.#isCurrent(connection)) this.#see(changeId);
      }
    }
    if (!this.#isCurrent(connection)) return;
    // It counts as subscribed only now: while events are replayed, newer ones arrive live.
    this.#subscribed = true;
    this.#see(this.#newest ?? this.#since ?? '');
  }

  #isCurrent(connection: symbol): boolean {
    return this.#connection === connection;
  }

  #see(id: string): void {
    if (id > (this.#newest ?? '')) this.#newest = id;
    if (this.#subscribed && id > (this.#since ?? '')) this.#since = id;
  }

  /**
   * Applies an event unless an event of the same comment with a greater or equal id was applied.
   */
  #apply(commentId: string, changeId: string, body?: string): void {
    if (changeId <= (this.#changes.get(commentId) ?? '')) return;
    this.#changes.set(commentId, changeId);
    if (body === undefined) this.view.delete(commentId);
    else this.view.set(commentId, body);
  }
}
