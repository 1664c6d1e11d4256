import { Message } from './message.ts';
import type { Subscription } from './reader.ts';

/**
 * How many messages are kept after their last pair was decided, so that repeats of them are
 * noticed.
 */
const remembered = 500_000;
/**
 * How long (ms) a reader that left is kept, since a message that was sent before may become known
 * later.
 */
const leaversStay = 60_000;

/** The messages of one channel, and its subscribers. */
export class Channel {
  readonly name: string;
  readonly messages = new Map<string, Message>();
  /** Messages that at least one reader still waits for. */
  readonly open = new Set<Message>();
  subscriptions: Subscription[] = [];
  /** The number of readers that left since old ones were last removed. */
  #leavers = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Returns the message with this id. If it is not known, it is added as unclaimed. */
  message(id: string): Message {
    let message = this.messages.get(id);
    if (message === undefined) {
      message = new Message(this, id);
      this.messages.set(id, message);
      if (this.messages.size > remembered) this.#forgetOldest();
    }
    return message;
  }

  ended(at: number): void {
    this.#leavers += 1;
    if (this.#leavers < Math.max(1000, this.subscriptions.length / 2)) return;
    this.subscriptions = this.subscriptions.filter(({ until }) => until > at - leaversStay);
    this.#leavers = 0;
  }

  #forgetOldest(): void {
    for (const [id, message] of this.messages) {
      if (!this.open.has(message) && message.state !== 'unclaimed') {
        this.messages.delete(id);
        return;
      }
    }
  }
}
