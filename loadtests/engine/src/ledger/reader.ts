import type { Channel } from './channel.ts';

/** A reader's subscription to a channel. */
export interface Subscription {
  readonly reader: Reader;
  readonly channel: Channel;
  /** The server had confirmed it, ms. Messages that were sent since are owed. */
  since: number;
  /** When it ended, ms; Infinity while it lasts. */
  until: number;
  /** The largest sending time, or order, among the messages received; and when that one arrived. */
  latest: number;
  latestArrivedAt: number;
}

/** One virtual user's identity in the ledger: it outlives connections, where it resumes. */
export class Reader {
  readonly number: number;
  readonly name: string;
  subscriptions: readonly Subscription[] = [];
  /** It was subscribed at some time. */
  hasRead = false;
  /** Messages that it is owed and does not have. */
  pending = 0;
  /** Called when there are none left. */
  onDrained: (() => void) | undefined;
  /** When its connection was lost, ms; undefined while it is connected. */
  lostAt: number | undefined;
  /** Messages sent before this were replayed, or waited for it: they say nothing about delivery. */
  resumedAt = -Infinity;
  /** What is still missing of the time when it was away. */
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
