import type { Ledger, Message } from '../ledger/index.ts';
import { matches, onlyChannel, type MessageSettings } from '../settings/index.ts';

/** The content of a frame. */
export type Frame =
  | {
      readonly kind: 'event';
      readonly value: unknown;
      readonly message: Message;
      readonly order: number;
      /** The part that must be the same at all readers, as JSON. */
      readonly content: string | undefined;
      readonly resumeFrom: string | undefined;
    }
  /** Several messages in one frame. */
  | { readonly kind: 'list'; readonly value: unknown; readonly items: readonly Frame[] }
  /** A frame that does not concern the ledger: a response, or an event of another type. */
  | { readonly kind: 'other'; readonly value: unknown }
  | { readonly kind: 'corrupt'; readonly value: undefined; readonly text: string };

interface Known {
  readonly data: Buffer;
  readonly frame: Frame;
}

/** The number of frames that are remembered: as many as `RecentMessages` has. */
const kept = 8;

/** A message that the server publishes by itself was seen for the first time. */
export type OnServerMessage = (publication: {
  readonly channel: string;
  readonly id: string;
  /** The server's stamp, in ms since 1970 by the server's clock. */
  readonly publishedAt: number;
}) => void;

/** Reads frames, and remembers the last few, so that the frames of a broadcast are parsed once. */
export class FrameReader {
  readonly #settings: MessageSettings | undefined;
  readonly #ledger: Ledger;
  readonly #onServerMessage: OnServerMessage;
  readonly #known: Known[] = [];
  #next = 0;
  #last: Known | undefined;

  constructor(
    settings: MessageSettings | undefined,
    ledger: Ledger,
    onServerMessage: OnServerMessage,
  ) {
    this.#settings = settings;
    this.#ledger = ledger;
    this.#onServerMessage = onServerMessage;
  }

  /** @param data the frame's bytes. If they were read before, they are the same buffer. */
  read(data: Buffer): Frame {
    if (this.#last?.data === data) return this.#last.frame;
    this.#last = this.#known.find((known) => known.data === data);
    if (this.#last === undefined) {
      this.#last = { data, frame: this.#parse(data) };
      this.#known[this.#next] = this.#last;
      this.#next = (this.#next + 1) % kept;
    }
    return this.#last.frame;
  }

  #parse(data: Buffer): Frame {
    const text = data.toString('utf8');
    const settings = this.#settings;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return settings === undefined
        ? { kind: 'other', value: text }
        : { kind: 'corrupt', value: undefined, text };
    }
    if (settings === undefined) return { kind: 'other', value };
    const list = settings.list?.(value);
    if (Array.isArray(list)) {
      const items = list.map((item: unknown) => this.#classify(settings, item, text));
      return { kind: 'list', value, items };
    }
    return this.#classify(settings, value, text);
  }

  /**
   * Reads one message.
   *
   * @param text the frame that contains the message
   */
  #classify(settings: MessageSettings, value: unknown, text: string): Frame {
    if (!settings.where.every((expected) => matches(expected, value)))
      return { kind: 'other', value };

    const id = asText(settings.id.map((path) => path(value)).find((found) => found !== undefined));
    const channel = settings.channel === undefined ? onlyChannel : asText(settings.channel(value));
    if (id === undefined || channel === undefined) {
      // Without `where`, a frame without an id is a response.
      return settings.where.length === 0
        ? { kind: 'other', value }
        : { kind: 'corrupt', value: undefined, text };
    }
    const publishedAt = Number(settings.publishedAt?.(value));
    if (settings.publishedAt !== undefined && !Number.isNaN(publishedAt)) {
      this.#onServerMessage({ channel, id, publishedAt });
    }
    return {
      kind: 'event',
      value,
      message: this.#ledger.message(channel, id),
      order: Number(settings.order?.(value)),
      content: settings.same && JSON.stringify(settings.same(value)),
      resumeFrom: asText(settings.resumeFrom?.(value)),
    };
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
