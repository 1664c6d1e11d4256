import type { Channel, ServerEvent } from '@blogapp/shared-types';
import type { Environment } from './environment.ts';
import * as limits from './limits.ts';
import type { Joined, Link } from './link.ts';
import { SeenIds } from './seen-ids.ts';
import { shielded } from './state.ts';

export interface SubscribeOptions {
  /**
   * The id of the last event that the caller knows; for a post's comments it is the greatest
   * `changeId`. The events after it are replayed.
   */
  readonly since?: string | undefined;
  /** It is called once for each event; after `onTruncated`, events may come again. */
  readonly onEvent: (event: ServerEvent) => void;
  /**
   * It is called when the events are not complete: load the data of the channel now, and try until
   * it is loaded. Every later event is delivered. This happens when the server can not replay what
   * was missed, and, without `since`, when the channel is joined.
   */
  readonly onTruncated?: (() => void) | undefined;
}

/**
 * One subscription to a channel. It knows which events it has received, and after which event some
 * may be missing.
 */
export class ChannelSubscription {
  readonly channel: Channel;
  readonly #id: string;
  readonly #options: SubscribeOptions;
  readonly #environment: Environment;
  #seen = new SeenIds(limits.REMEMBERED_IDS);
  /** Events with a lower id are dropped: the caller loaded after they were written. */
  #floor: string;
  /** The greatest id before which no event is missing. */
  #since: string | undefined;
  /** Events that arrived while joining, until they can be sorted; undefined once it has joined. */
  #held: Map<string, ServerEvent> | undefined;
  #attempt = 0;
  #truncated = false;
  /** How many replayed events must arrive before it has joined; undefined before the response. */
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

  /** Call it when there is a new connection: joins the channel, and requests what was missed. */
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
    // The response is a separate message, and may arrive before the last replayed event.
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
   * Delivers the held events, oldest first, because replayed and live events arrived mixed. When
   * the caller has to load again, they are dropped: what it loads contains them.
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

  /** Makes the caller load again. After that it also gets events that it had before. */
  #truncate(): void {
    if (this.#closed) return;
    // If the clock that made `since` was ahead, no event would be delivered for a while.
    this.#floor = '';
    this.#seen = new SeenIds(limits.REMEMBERED_IDS);
    shielded(this.#environment.report, () => this.#options.onTruncated?.());
  }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;

/** The least ULID of the time at which a replay for `since` begins. */
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
