import type { Channel } from './channel.ts';

/** A reader's subscription to a channel. */
export interface Subscription {
  readonly reader: Reader;
  readonly channel: Channel;
  /**
   * The time at which the server had confirmed it, in ms. Messages that were sent later are owed.
   */
  since: number;
  /** The time at which it ended, in ms. Infinity while it lasts. */
  until: number;
  /**
   * The largest sending time, or number, among the received messages, and the time at which that
   * message arrived.
   */
  latest: number;
  latestArrivedAt: number;
}

/**
 * The identity of a virtual user in the ledger. It stays the same over several connections if the
 * user resumes.
 */
export class Reader {
  readonly number: number;
  readonly name: string;
  subscriptions: readonly Subscription[] = [];
  /** Whether it was subscribed at any time. */
  hasRead = false;
  /** The number of messages that it is owed and has not received. */
  pending = 0;
  /** Is called when there are none left. */
  onDrained: (() => void) | undefined;
  /** The time at which its connection was lost, in ms. Undefined while it is connected. */
  lostAt: number | undefined;
  /**
   * Messages that were sent before this time were replayed, or waited for the replay, so they say
   * nothing about delivery. Undefined if it never resumed.
   */
  resumedAt: number | undefined;
  /** The messages from the time when it was away that have not arrived yet. */
  catchingUp: { readonly lostAt: number; remaining: number } | undefined;

  constructor(number: number, name: string) {
    this.number = number;
    this.name = name;
  }

  subscriptionTo(channel: Channel): Subscription | undefined {
    for (const subscription of this.subscriptions) {
      if (subscription.channel === channel) return subscription;
    }
    return undefined;
  }
}
