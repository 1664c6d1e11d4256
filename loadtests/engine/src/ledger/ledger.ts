import { maximumExamples, type LedgerExample, type LedgerSums } from '../run-record.ts';
import { Channel } from './channel.ts';
import type { Message } from './message.ts';
import { ReaderSet } from './reader-set.ts';
import { Reader, type Subscription } from './reader.ts';

export interface LedgerOptions {
  /** A message that takes longer than this (ms) is late. */
  readonly lateAfterMs: number;
  /**
   * A reader that leaves by itself is excused from messages younger than this (ms). It has missed
   * the older ones.
   */
  readonly drainMs: number;
  /** Messages carry a number that grows with the order of publishing, for each channel. */
  readonly ordered?: boolean;
  readonly onEvent: LedgerEvents;
}

/** The ledger calls these functions for the measurements. Times are in ms. */
export interface LedgerEvents {
  /** A message arrived at a reader that was connected when the message was published. */
  delivered(latency: number, at: number): void;
  caughtUp(duration: number, at: number): void;
  counted(kind: CountedKind, at: number): void;
  /**
   * All readers of this worker that are owed the message have received it, or will not receive it.
   */
  complete(message: Message): void;
}

export type CountedKind =
  'received' | 'missed' | 'excused' | 'repeats' | 'reordered' | 'late' | 'corrupt' | 'unknown';

/**
 * A message whose publishing was not confirmed. It counts if a reader of any worker received it.
 */
export interface UnconfirmedMessage {
  readonly key: string;
  readonly owed: number;
  readonly received: number;
  readonly excused: number;
}

/** A worker's sums. All workers see the messages that a server publishes by itself. */
export interface LedgerPart {
  readonly sums: LedgerSums;
  readonly publishedByServer: number;
  readonly unconfirmed: readonly UnconfirmedMessage[];
}

/**
 * The most delivery times that are kept for the spread of messages which are not complete. If there
 * are more, the oldest messages are reported although they are not complete.
 */
const maximumLatencies = 20_000_000;

/**
 * Records which readers were to receive which messages, and which did. Each pair of a message and a
 * reader is decided once: received, missed or excused. A message is identified by its channel and
 * id. A reader belongs to one worker. A ledger is also told of the messages of other workers when
 * they are published (`sent`, `accepted` …), so that the sums of all workers can be added.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #sums = {
    ...{ published: 0, refused: 0, owed: 0, received: 0, missed: 0, excused: 0, unowed: 0 },
    ...{ repeats: 0, reordered: 0, late: 0, unknown: 0, corrupt: 0, altered: 0, arrivals: 0 },
    readers: 0,
  };
  readonly #examples: LedgerExample[] = [];
  #publishedByServer = 0;
  #readers = 0;
  #subscribers = 0;
  #pending = 0;
  #latencies = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** The number of subscriptions of readers that are connected. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /** The number of pairs that are not decided. */
  get pending(): number {
    return this.#pending;
  }

  newReader(name: string): Reader {
    const reader = new Reader(this.#readers, name);
    this.#readers += 1;
    return reader;
  }

  /**
   * The reader is subscribed from now on. Messages that were sent after `at` (ms) are owed to it.
   */
  join(reader: Reader, channelName: string, at: number): void {
    const channel = this.#channel(channelName);
    if (reader.subscriptionTo(channel) !== undefined) return;
    if (!reader.hasRead) this.#sums.readers += 1;
    reader.hasRead = true;
    const fresh = { since: at, until: Infinity, latest: -Infinity, latestArrivedAt: -Infinity };
    const subscription: Subscription = { reader, channel, ...fresh };
    // This is not `push`, which reserves memory for 16 more elements: there are thousands of
    // readers.
    reader.subscriptions = [...reader.subscriptions, subscription];
    channel.subscriptions.push(subscription);
    this.#subscribers += 1;
  }

  /** The connection is lost. The reader may come back and resume, or leave. */
  lost(reader: Reader, at: number): void {
    if (reader.lostAt !== undefined || reader.subscriptions.length === 0) return;
    reader.lostAt = at;
    this.#subscribers -= reader.subscriptions.length;
  }

  /** The reader has come back, and the server replays what was sent meanwhile. */
  resumed(reader: Reader, at: number): void {
    const { lostAt } = reader;
    if (lostAt === undefined) return;
    reader.lostAt = undefined;
    this.#subscribers += reader.subscriptions.length;
    reader.resumedAt = at;
    const remaining = reader.pending;
    reader.catchingUp = remaining === 0 ? undefined : { lostAt, remaining };
    if (remaining === 0) this.#options.onEvent.caughtUp(at - lostAt, at);
  }

  /**
   * Ends all subscriptions of a reader, or the one to a channel. A message that it has not received
   * is excused if the message is young and the reader left by itself (`own`); otherwise it is
   * missed. Messages that were sent after its connection was lost are not owed.
   */
  leave(reader: Reader, at: number, own: boolean, channelName?: string): void {
    const leftAt = reader.lostAt ?? at;
    for (const subscription of [...reader.subscriptions]) {
      const { channel } = subscription;
      if (channelName !== undefined && channel.name !== channelName) continue;
      reader.subscriptions = reader.subscriptions.filter((one) => one !== subscription);
      subscription.until = leftAt;
      channel.ended(at);
      if (reader.lostAt === undefined) this.#subscribers -= 1;
      for (const message of channel.open) {
        if (message.waiting?.delete(reader.number) !== true) continue;
        if (message.sentAt >= leftAt) this.#notOwed(message, reader);
        else this.#decideUnreceived(message, reader, at, own ? leftAt : undefined);
      }
    }
    if (reader.subscriptions.length === 0) reader.lostAt = undefined;
  }

  /**
   * A message is being published.
   *
   * @param by who counts the message: this worker, another one, or the server
   */
  sent(
    publication: { channel: string; id: string; intendedAt: number; sentAt: number },
    by: 'this' | 'other' | 'server',
  ): Message {
    const channel = this.#channel(publication.channel);
    const message = channel.message(publication.id);
    if (message.state !== 'unclaimed') return message;
    message.state = by === 'server' ? 'accepted' : 'sent';
    message.intendedAt = publication.intendedAt;
    message.sentAt = publication.sentAt;
    if (by === 'server') {
      message.confirmedAt = publication.sentAt;
      this.#publishedByServer += 1;
    }
    this.#claim(channel, message);
    return message;
  }

  /**
   * The server accepted the message.
   *
   * @param by whether this worker or another one counts it as published
   */
  accepted(message: Message, at: number, by: 'this' | 'other'): void {
    message.state = 'accepted';
    message.confirmedAt = at;
    if (by === 'this') this.#sums.published += 1;
    this.#completeIfDone(message);
  }

  /** The server refused the message, so it is not owed to anybody any more. */
  refused(message: Message, by: 'this' | 'other'): void {
    if (by === 'this') this.#sums.refused += 1;
    message.state = 'refused';
    const { waiting, channel } = message;
    for (const { reader } of waiting === undefined ? [] : channel.subscriptions) {
      if (waiting?.delete(reader.number) === true) this.#noLongerPending(reader);
    }
    const { owed, received, excused, missed } = message;
    this.#sums.owed -= owed;
    this.#sums.received -= received;
    this.#sums.excused -= excused;
    this.#sums.missed -= missed;
    // If the message arrived nevertheless, it counts as published by nobody.
    this.#sums.unknown += received;
    this.#close(message);
  }

  /** It is unknown whether the message was published. It counts if anybody receives it. */
  unconfirmed(message: Message): void {
    message.state = 'unconfirmed';
  }

  message(channelName: string, id: string): Message {
    return this.#channel(channelName).message(id);
  }

  /**
   * A message arrived at a reader.
   *
   * @param order its number in the order of publishing, if messages have one
   */
  arrived(reader: Reader, message: Message, at: number, order = NaN): void {
    this.#sums.arrivals += 1;
    if (message.state === 'unclaimed') {
      (message.early ??= []).push({ reader, at, order });
      return;
    }
    this.#count(reader, message, at, order);
  }

  #count(reader: Reader, message: Message, at: number, order: number): void {
    const subscription = reader.subscriptionTo(message.channel);
    if (message.state === 'refused') {
      this.#sums.unknown += 1;
      this.#note('unknown', message, reader, at);
      return;
    }
    if (message.waiting?.delete(reader.number) === true) {
      this.#received(reader, message, at);
    } else if (message.unowed?.has(reader.number) === true || isOwed(subscription, message)) {
      this.#sums.repeats += 1;
      this.#note('repeat', message, reader, at);
      return;
    } else {
      this.#sums.unowed += 1;
      (message.unowed ??= new Set()).add(reader.number);
    }
    if (subscription !== undefined) this.#checkOrder(subscription, message, at, order);
  }

  #received(reader: Reader, message: Message, at: number): void {
    const { onEvent, lateAfterMs } = this.#options;
    this.#sums.received += 1;
    message.received += 1;
    onEvent.counted('received', at);
    const { catchingUp } = reader;
    this.#noLongerPending(reader);
    // A replay may arrive before the response that says that the reader has resumed.
    const { lostAt, resumedAt } = reader;
    if (lostAt !== undefined || (resumedAt !== undefined && message.sentAt < resumedAt)) {
      if (catchingUp !== undefined && (catchingUp.remaining -= 1) === 0) {
        onEvent.caughtUp(at - catchingUp.lostAt, at);
        reader.catchingUp = undefined;
      }
    } else {
      const latency = at - message.intendedAt;
      onEvent.delivered(latency, at);
      if (message.latencies !== undefined) {
        message.latencies.push(latency);
        this.#latencies += 1;
      }
      if (latency > lateAfterMs) {
        this.#sums.late += 1;
        this.#note('late', message, reader, at);
      }
    }
    this.#completeIfDone(message);
  }

  /**
   * Whether messages are in order: a message that was sent after another one had been confirmed
   * must arrive after it. If the server numbers its messages, the numbers decide.
   */
  #checkOrder(subscription: Subscription, message: Message, at: number, order: number): void {
    const ordered = !Number.isNaN(order);
    const own = ordered ? order : message.confirmedAt;
    if (own < subscription.latest && subscription.latestArrivedAt <= at) {
      this.#sums.reordered += 1;
      this.#note('reordered', message, subscription.reader, at);
    }
    const latest = ordered ? order : message.sentAt;
    if (latest > subscription.latest) {
      subscription.latest = latest;
      subscription.latestArrivedAt = at;
    }
  }

  /** Data arrived that cannot be read as a message. */
  corrupt(reader: Reader, at: number, text: string): void {
    this.#sums.corrupt += 1;
    this.#example('corrupt', text.slice(0, 200), '', reader, at);
    this.#options.onEvent.counted('corrupt', at);
  }

  /** The content of a message at one reader. It should be the same at all readers. */
  content(message: Message, text: string): void {
    message.contents ??= new Map();
    message.contents.set(text, (message.contents.get(text) ?? 0) + 1);
  }

  /**
   * Is called from time to time. Reduces the memory of messages for which only a few readers are
   * left.
   *
   * @param before only messages that were sent before this time (ms) are processed
   */
  compact(before: number): void {
    for (const channel of this.#channels.values()) {
      for (const message of channel.open) {
        if (message.sentAt > before) continue;
        message.waiting?.compact();
        if (this.#latencies > maximumLatencies) this.#report(message);
      }
    }
  }

  /**
   * Ends the run, which decides every pair.
   *
   * @param interrupted if true, messages that have not arrived are excused
   */
  settle(at: number, interrupted: boolean): LedgerPart {
    const unconfirmed: UnconfirmedMessage[] = [];
    for (const channel of this.#channels.values()) {
      for (const subscription of [...channel.subscriptions]) {
        if (subscription.until === Infinity) this.leave(subscription.reader, at, interrupted);
      }
      for (const message of channel.messages.values()) {
        this.#countAltered(message);
        if (message.state === 'unclaimed') this.#countUnknown(message);
        if (message.state === 'unconfirmed' || message.state === 'sent') {
          unconfirmed.push(this.#takeOut(message));
        }
      }
    }
    return {
      sums: { ...this.#sums, unconfirmed: 0, examples: this.#examples },
      publishedByServer: this.#publishedByServer,
      unconfirmed,
    };
  }

  #claim(channel: Channel, message: Message): void {
    const { sentAt } = message;
    const waiting = new ReaderSet(this.#readers);
    for (const { reader, since, until } of channel.subscriptions) {
      if (since > sentAt || until <= sentAt) continue;
      waiting.add(reader.number);
      reader.pending += 1;
    }
    message.owed = waiting.size;
    message.waiting = waiting;
    this.#sums.owed += waiting.size;
    this.#pending += waiting.size;
    channel.open.add(message);

    const { early = [] } = message;
    message.early = undefined;
    for (const { reader, at, order } of early) {
      this.#count(reader, message, at, order);
    }
    // For readers that left before the message became known, the pair is decided by the way in
    // which they left.
    for (const { reader, since, until } of channel.subscriptions) {
      if (until === Infinity || since > sentAt || until <= sentAt) continue;
      if (waiting.delete(reader.number)) this.#decideUnreceived(message, reader, until, until);
    }
    this.#completeIfDone(message);
  }

  /** @param leftAt when the reader left by itself, in ms; undefined if it did not */
  #decideUnreceived(
    message: Message,
    reader: Reader,
    at: number,
    leftAt: number | undefined,
  ): void {
    this.#noLongerPending(reader);
    if (leftAt !== undefined && message.sentAt > leftAt - this.#options.drainMs) {
      this.#sums.excused += 1;
      message.excused += 1;
      this.#options.onEvent.counted('excused', at);
    } else {
      this.#sums.missed += 1;
      message.missed += 1;
      this.#note('missed', message, reader, at);
    }
    this.#completeIfDone(message);
  }

  /** The reader had lost its connection before the message was sent, and does not resume. */
  #notOwed(message: Message, reader: Reader): void {
    this.#noLongerPending(reader);
    this.#sums.owed -= 1;
    message.owed -= 1;
    this.#completeIfDone(message);
  }

  #completeIfDone(message: Message): void {
    if (message.waiting?.size === 0) this.#close(message);
  }

  #close(message: Message): void {
    message.channel.open.delete(message);
    this.#report(message);
    this.#countAltered(message);
    // It may turn out that `sent` and `unconfirmed` messages were never published.
    if (message.state === 'accepted') message.waiting = undefined;
  }

  #report(message: Message): void {
    if (message.latencies === undefined) return;
    this.#options.onEvent.complete(message);
    this.#latencies -= message.latencies.length;
    message.latencies = undefined;
  }

  /** Removes a message from the sums. It is decided later, with the parts of all workers. */
  #takeOut(message: Message): UnconfirmedMessage {
    const { key, owed, received, excused, missed } = message;
    this.#sums.owed -= owed;
    this.#sums.received -= received;
    this.#sums.excused -= excused;
    this.#sums.missed -= missed;
    this.#sums.arrivals -= received;
    return { key, owed, received, excused };
  }

  #countUnknown(message: Message): void {
    for (const { reader, at } of message.early ?? []) {
      this.#sums.unknown += 1;
      this.#note('unknown', message, reader, at);
    }
    message.early = undefined;
  }

  #countAltered(message: Message): void {
    const counts = [...(message.contents?.values() ?? [])];
    message.contents = undefined;
    if (counts.length > 1)
      this.#sums.altered += counts.reduce((sum, count) => sum + count) - Math.max(...counts);
  }

  #noLongerPending(reader: Reader): void {
    this.#pending -= 1;
    reader.pending -= 1;
    if (reader.pending === 0) reader.onDrained?.();
  }

  #channel(name: string): Channel {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = new Channel(name);
      this.#channels.set(name, channel);
    }
    return channel;
  }

  #note(kind: LedgerExample['kind'], message: Message, reader: Reader, at: number): void {
    this.#options.onEvent.counted(kind === 'repeat' ? 'repeats' : kind, at);
    this.#example(kind, message.id, message.channel.name, reader, at);
  }

  #example(
    kind: LedgerExample['kind'],
    message: string,
    channel: string,
    reader: Reader,
    at: number,
  ): void {
    if (this.#examples.filter((example) => example.kind === kind).length >= maximumExamples) return;
    this.#examples.push({ kind, message, channel, reader: reader.name, at });
  }
}

function isOwed(subscription: Subscription | undefined, { sentAt }: Message): boolean {
  return subscription !== undefined && subscription.since <= sentAt;
}
