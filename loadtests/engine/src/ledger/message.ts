import type { Channel } from './channel.ts';
import type { ReaderSet } from './reader-set.ts';
import type { Reader } from './reader.ts';

/** The state of publishing a message, as this worker knows it. */
export type MessageState =
  /** A reader received the id, and no publisher has reported it. */
  'unclaimed' | 'sent' | 'accepted' | 'unconfirmed' | 'refused';

/** An arrival of a message that no publisher has reported yet. */
interface EarlyArrival {
  readonly reader: Reader;
  readonly at: number;
  readonly order: number;
}

/**
 * A message on a channel: the readers that still have to receive it, and the times of its
 * publishing.
 */
export class Message {
  readonly id: string;
  readonly channel: Channel;
  state: MessageState = 'unclaimed';
  /** The time at which the schedule wanted it to be published, in ms. */
  intendedAt = NaN;
  /**
   * The time at which publishing began, in ms. Readers that were subscribed then are owed the
   * message.
   */
  sentAt = NaN;
  /**
   * The time at which the server confirmed the publishing, in ms. A message that is sent later
   * comes after it.
   */
  confirmedAt = Infinity;
  owed = 0;
  received = 0;
  excused = 0;
  missed = 0;
  /** The readers that are owed the message and have not received it yet. */
  waiting: ReaderSet | undefined;
  /** The readers that received it without being owed it. */
  unowed: Set<number> | undefined;
  early: EarlyArrival[] | undefined;
  /** The times from `intendedAt` to each reader, in ms. Undefined after they were reported. */
  latencies: number[] | undefined = [];
  /** The contents that readers received, with the number of readers: see `Ledger.content`. */
  contents: Map<string, number> | undefined;

  constructor(channel: Channel, id: string) {
    this.channel = channel;
    this.id = id;
  }

  get key(): string {
    return messageKey(this.channel.name, this.id);
  }
}

/** The key of a message, made of its channel and its id. */
export function messageKey(channel: string, id: string): string {
  return `${channel}\n${id}`;
}
