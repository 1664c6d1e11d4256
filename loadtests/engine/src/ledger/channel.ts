import { Message } from './message.ts';
import type { Subscription } from './reader.ts';

/** Messages whose readers are all accounted for are remembered, so that repeats of them are noticed. */
const remembered = 500_000;
/** Who left is looked at for this long (ms): a message sent before may become known after. */
const leaversStay = 60_000;

/** What was published on one channel, and who was subscribed to it. */
export class Channel {
  readonly name: string;
  readonly messages = new Map<string, Message>();
  /** Messages that some reader still waits for. */
  readonly open = new Set<Message>();
  subscriptions: Subscription[] = [];
  /** Since those who left long ago were forgotten. */
  #leavers = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The message with this id, which is new and unclaimed where it was not known. */
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
