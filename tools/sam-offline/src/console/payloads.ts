import type { Content, EventBus, EventOf, StackEvent } from '../events/index.ts';

/** So many bytes of events, results and frames are kept; older ones go first. */
const MAXIMUM_BYTES = 32 * 1024 * 1024;
/** What an entry costs beyond its content, in bytes: also frames of no bytes are bounded. */
const ENTRY_BYTES = 400;

/** What an invocation got and gave, as text. */
export interface InvocationPayloads {
  readonly event?: string | undefined;
  readonly result?: string | undefined;
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
  readonly traceId?: string | undefined;
  readonly content: Content;
}

/** A fact that has a content. */
type Entry = EventOf<
  | 'invocation.queued'
  | 'invocation.answered'
  | 'invocation.failed'
  | 'message.received'
  | 'frame.sent'
  | 'connections.call'
>;

/**
 * Keeps the content of the latest events, results and frames in memory, which the stored facts do
 * not have. The content itself is not copied, and nothing is sorted before somebody asks: a hundred
 * thousand entries are looked through in some milliseconds.
 */
export class Payloads {
  #entries: (Entry | undefined)[] = [];
  /** Of the entries, in the same places. */
  #contents: (Content | undefined)[] = [];
  /** Entries before this index were dropped. */
  #first = 0;
  /** Entries that are in the arrays no more. */
  #forgotten = 0;
  #bytes = 0;
  readonly #maximumBytes: number;
  readonly #unsubscribe: () => void;

  constructor(bus: Pick<EventBus, 'subscribe'>, maximumBytes = MAXIMUM_BYTES) {
    this.#maximumBytes = maximumBytes;
    this.#unsubscribe = bus.subscribe((event, content) => {
      if (content !== undefined && isEntry(event)) this.#keep(event, content);
    });
  }

  /** What is kept of an invocation. */
  ofInvocation(requestId: string): InvocationPayloads {
    let event: string | undefined;
    let result: string | undefined;
    for (let index = this.#entries.length - 1; index >= this.#first; index--) {
      const entry = this.#entries[index];
      if (entry?.requestId !== requestId) continue;
      const text = this.#contents[index]?.toString();
      // An asynchronous event is queued once for each attempt; the latest one counts.
      if (entry.type === 'invocation.queued') event ??= text;
      else if (entry.type !== 'message.received') result ??= text;
    }
    return { event, result };
  }

  /** What is kept of a connection's messages, both ways, oldest first. */
  ofConnection(connectionId: string): readonly RecordedMessage[] {
    const messages: RecordedMessage[] = [];
    for (let index = this.#first; index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      const content = this.#contents[index];
      if (entry === undefined || content === undefined) continue;
      if (entry.connectionId !== connectionId) continue;
      const message = messageOf(entry, this.#forgotten + index + 1, content);
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  close(): void {
    this.#unsubscribe();
  }

  #keep(entry: Entry, content: Content): void {
    this.#entries.push(entry);
    this.#contents.push(content);
    this.#bytes += content.length + ENTRY_BYTES;
    while (this.#bytes > this.#maximumBytes && this.#first < this.#entries.length) {
      this.#bytes -= (this.#contents[this.#first] ?? '').length + ENTRY_BYTES;
      this.#entries[this.#first] = undefined;
      this.#contents[this.#first] = undefined;
      this.#first++;
    }
    if (this.#first > 1000 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#contents = this.#contents.slice(this.#first);
      this.#forgotten += this.#first;
      this.#first = 0;
    }
  }
}

function isEntry(event: StackEvent): event is Entry {
  switch (event.type) {
    case 'invocation.queued':
    case 'invocation.answered':
    case 'invocation.failed':
    case 'message.received':
    case 'frame.sent':
    case 'connections.call':
      return true;
    default:
      return false;
  }
}

function messageOf(entry: Entry, id: number, content: Content): RecordedMessage | undefined {
  const { timeMs, traceId } = entry;
  switch (entry.type) {
    case 'message.received': {
      const { bytes, routeKey, refused } = entry;
      return { id, direction: 'in', timeMs, bytes, routeKey, refused, traceId, content };
    }
    case 'frame.sent': {
      const { bytes, cause } = entry;
      return { id, direction: 'out', timeMs, bytes, cause, traceId, content };
    }
    case 'connections.call': {
      const { frameBytes = entry.bytes } = entry;
      return { id, direction: 'out', timeMs, bytes: frameBytes, cause: 'push', traceId, content };
    }
    default:
      return undefined;
  }
}
