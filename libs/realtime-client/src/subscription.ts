import type { Channel, ServerEvent } from '@blogapp/shared-types';
import type { Environment } from './environment.ts';
import * as limits from './limits.ts';
import type { Joined, Link } from './link.ts';
import { SeenIds } from './seen-ids.ts';
import { shielded } from './state.ts';

export interface SubscribeOptions {
  /**
   * The id of the last event that the caller knows of; of a post's comments it is the greatest
   * `changeId`. What came after it is replayed.
   */
  readonly since?: string | undefined;
  /** Called once for each event; again only after `onTruncated`. */
  readonly onEvent: (event: ServerEvent) => void;
  /**
   * The events do not tell everything: load what the channel is about, from now on, and try until it
   * is loaded. Every event that comes from here on is handed on. It is called when the server can not
   * replay what was missed, and, without `since`, when the channel is joined.
   */
  readonly onTruncated?: (() => void) | undefined;
}

/** One subscription to a channel: what it has seen, and from where on it misses something. */
export class ChannelSubscription {
  readonly channel: Channel;
  readonly #id: string;
  readonly #options: SubscribeOptions;
  readonly #environment: Environment;
  #seen = new SeenIds(limits.REMEMBERED_IDS);
  /** What is older, the caller knows of: it loaded after it was written. */
  #floor: string;
  /** The greatest id of the events before which nothing is missing. */
  #since: string | undefined;
  /** Events that came while joining, until they can be put in order; undefined once it has joined. */
  #held: Map<string, ServerEvent> | undefined;
  #attempt = 0;
  #truncated = false;
  /** Replayed events that have to be there before it has joined; undefined before the response. */
  #replayed: number | undefined;
  #cancelStragglers: (() => void) | undefined;
  #closed = false;

  constructor(id: string, channel: Channel, options: SubscribeOptions, environment: Environment) {
    this.#id = id;
    this.channel = channel;
    this.#options = options;
    this.#environment = environment;
    this.#since = options.since;
    this.#floor = options.since === undefined ? '' : idBefore(options.since);
  }

  /** There is a new connection: asks for what was missed. */
  join(link: Link): void {
    this.#cancelStragglers?.();
    this.#replayed = undefined;
    this.#held ??= new Map();
    this.#attempt += 1;
    link.join(this.#id, this.channel, this.#since, this.#attempt);
  }

  event(event: ServerEvent): void {
    if (event.id < this.#floor) return;
    if (!this.#held) {
      this.#deliver(event);
      return;
    }
    this.#held.set(event.id, event);
    if (this.#held.size > limits.HELD_EVENTS) {
      this.#held.clear();
      this.#truncated = true;
    }
    if (this.#held.size === this.#replayed) this.#release();
  }

  joined({ attempt, replayed, truncated }: Joined): void {
    if (!this.#held || attempt !== this.#attempt) return;
    this.#truncated ||= truncated || this.#since === undefined;
    if (this.#truncated || this.#held.size >= replayed) {
      this.#release();
      return;
    }
    // The response is a message of its own, and may come before the last replayed event.
    this.#replayed = replayed;
    this.#cancelStragglers = this.#environment.setTimer(() => {
      this.#truncated = true;
      this.#release();
    }, limits.STRAGGLERS_MS);
  }

  close(link: Link | undefined): void {
    this.#closed = true;
    this.#cancelStragglers?.();
    link?.leave(this.#id, this.channel);
  }

  /**
   * Hands on what was held back, oldest first: replayed and live events have come in between each
   * other. What the caller loads anew has all of it, and newer than some of it.
   */
  #release(): void {
    const held = [...(this.#held?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
    const truncated = this.#truncated;
    this.#held = undefined;
    this.#truncated = false;
    this.#cancelStragglers?.();
    if (truncated) this.#truncate();
    for (const event of held) {
      if (truncated) this.#advance(event.id);
      else this.#deliver(event);
    }
  }

  #advance(id: string): void {
    if (id > (this.#since ?? '')) this.#since = id;
  }

  #deliver(event: ServerEvent): void {
    const sighting = this.#seen.add(event.id);
    if (this.#closed || sighting === 'seen') return;
    this.#advance(event.id);
    if (sighting === 'unknown') this.#truncate();
    else {
      shielded(this.#environment.report, () => {
        this.#options.onEvent(event);
      });
    }
  }

  /** The caller loads again, so it also gets the events that it had before. */
  #truncate(): void {
    if (this.#closed) return;
    // If the clock that made `since` was ahead, nothing would come for a while.
    this.#floor = '';
    this.#seen = new SeenIds(limits.REMEMBERED_IDS);
    shielded(this.#environment.report, () => this.#options.onTruncated?.());
  }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;

/** The least ULID of the moment at which a replay for `since` begins. */
function idBefore(since: string): string {
  let time = -limits.REPLAY_MARGIN_MS;
  for (let digit = 0; digit < TIME_DIGITS; digit += 1) {
    time += CROCKFORD.indexOf(since.charAt(digit)) * 32 ** (TIME_DIGITS - 1 - digit);
  }
  let text = '';
  for (let digit = 0; digit < TIME_DIGITS; digit += 1) {
    text = CROCKFORD.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  return text;
}
