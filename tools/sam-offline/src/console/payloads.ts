import type { EventBus, StackEvent } from '../events/index.ts';

/** So many bytes of events, responses and frames are kept; older ones go first. */
const MAXIMUM_BYTES = 32 * 1024 * 1024;
/** What an entry costs beyond its content, in bytes: also frames of no bytes are bounded. */
const ENTRY_BYTES = 200;

/** What an invocation got and gave, as text. */
export interface InvocationPayloads {
  readonly event?: string | undefined;
  readonly response?: string | undefined;
}

/** A message of a client or a frame to it. */
export interface RecordedMessage {
  readonly id: number;
  readonly direction: 'in' | 'out';
  readonly timeMs: number;
  readonly bytes: number;
  readonly cause?: string | undefined;
  readonly routeKey?: string | undefined;
  readonly refused?: string | undefined;
  /** Undefined where the part that told of it had none. */
  readonly content?: Buffer | string | undefined;
}

interface Entry {
  readonly bytes: number;
  readonly drop: () => void;
}

/**
 * Keeps the content of the latest events, responses and frames in memory, which the stored facts do
 * not have. The content itself is not copied.
 */
export class Payloads {
  readonly #invocations = new Map<string, { event?: Content; response?: Content }>();
  readonly #messages = new Map<string, RecordedMessage[]>();
  #entries: Entry[] = [];
  /** Entries before this index were dropped. */
  #first = 0;
  #bytes = 0;
  #nextId = 1;
  readonly #maximumBytes: number;
  readonly #unsubscribe: () => void;

  constructor(bus: Pick<EventBus, 'subscribe'>, maximumBytes = MAXIMUM_BYTES) {
    this.#maximumBytes = maximumBytes;
    this.#unsubscribe = bus.subscribe((event) => {
      this.#take(event);
    });
  }

  /** What is kept of an invocation. */
  ofInvocation(requestId: string): InvocationPayloads {
    const found = this.#invocations.get(requestId);
    return { event: textOf(found?.event), response: textOf(found?.response) };
  }

  /** What is kept of a connection's messages, both ways, oldest first. */
  ofConnection(connectionId: string): readonly RecordedMessage[] {
    return this.#messages.get(connectionId) ?? [];
  }

  close(): void {
    this.#unsubscribe();
  }

  #take(event: StackEvent): void {
    switch (event.type) {
      case 'invocation.queued':
        this.#keepOfInvocation(event.requestId, 'event', event.content?.());
        return;
      case 'invocation.answered':
      case 'invocation.failed':
        this.#keepOfInvocation(event.requestId, 'response', event.content?.());
        return;
      case 'message.received': {
        const { connectionId, timeMs, bytes, routeKey, refused } = event;
        const content = event.content?.();
        this.#keepMessage(connectionId, {
          ...{ id: this.#nextId++, direction: 'in', timeMs, bytes, routeKey, refused, content },
        });
        return;
      }
      case 'frame.sent': {
        const { connectionId, timeMs, bytes, cause } = event;
        const content = event.content?.();
        this.#keepMessage(connectionId, {
          ...{ id: this.#nextId++, direction: 'out', timeMs, bytes, cause, content },
        });
        return;
      }
      default:
    }
  }

  #keepOfInvocation(requestId: string, part: 'event' | 'response', content?: Content): void {
    if (content === undefined) return;
    const kept = this.#invocations.get(requestId) ?? {};
    kept[part] = content;
    this.#invocations.set(requestId, kept);
    this.#push(content.length, () => {
      this.#invocations.delete(requestId);
    });
  }

  #keepMessage(connectionId: string, message: RecordedMessage): void {
    const messages = this.#messages.get(connectionId);
    if (messages === undefined) this.#messages.set(connectionId, [message]);
    else messages.push(message);
    this.#push(message.bytes, () => {
      const kept = this.#messages.get(connectionId);
      // Entries are dropped in the order in which they came, so it is the first one.
      kept?.shift();
      if (kept?.length === 0) this.#messages.delete(connectionId);
    });
  }

  #push(contentBytes: number, drop: () => void): void {
    const bytes = contentBytes + ENTRY_BYTES;
    this.#entries.push({ bytes, drop });
    this.#bytes += bytes;
    while (this.#bytes > this.#maximumBytes) {
      const oldest = this.#entries[this.#first++];
      if (oldest === undefined) break;
      this.#bytes -= oldest.bytes;
      oldest.drop();
    }
    if (this.#first > 1000 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }
}

type Content = string | Buffer;

function textOf(content: Content | undefined): string | undefined {
  return typeof content === 'string' ? content : content?.toString('utf8');
}
