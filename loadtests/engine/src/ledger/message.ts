import type { Channel } from './channel.ts';
import type { ReaderSet } from './reader-set.ts';
import type { Reader } from './reader.ts';

/** How publishing a message went, as far as this worker knows. */
export type MessageState =
  /** Somebody received its id, and nobody has said that it was published. */
  'unclaimed' | 'sent' | 'accepted' | 'unconfirmed' | 'refused';

/** An arrival of a message that nobody has claimed yet. */
interface EarlyArrival {
  readonly reader: Reader;
  readonly at: number;
  readonly order: number;
}

/** One message on one channel: who still has to receive it, and when it was published. */
export class Message {
  readonly id: string;
  readonly channel: Channel;
  state: MessageState = 'unclaimed';
  /** When its schedule wanted it to be published, ms. */
  intendedAt = NaN;
  /** When publishing began, ms. Who was subscribed then is owed it. */
  sentAt = NaN;
  /** When the server confirmed the publishing, ms; what is sent after this comes after it. */
  confirmedAt = Infinity;
  owed = 0;
  received = 0;
  excused = 0;
  missed = 0;
  /** Who is owed it and does not have it yet. */
  waiting: ReaderSet | undefined;
  /** Who received it without being owed it. */
  unowed: Set<number> | undefined;
  early: EarlyArrival[] | undefined;
  /** From `intendedAt` to each reader, ms; undefined once they were reported. */
  latencies: number[] | undefined = [];
  /** What readers got as its content, and how often: see `Ledger.content`. */
  contents: Map<string, number> | undefined;

  constructor(channel: Channel, id: string) {
    this.channel = channel;
    this.id = id;
  }

  get key(): string {
    return messageKey(this.channel.name, this.id);
  }
}

/** One text for a channel and an id. */
export function messageKey(channel: string, id: string): string {
  return `${channel}\n${id}`;
}
