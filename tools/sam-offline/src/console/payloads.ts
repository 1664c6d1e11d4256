import type { Content, EventBus, StackEvent } from '../events/index.ts';
import { ContentRing, type KeptRecord } from './content-ring.ts';
import { LatestContents } from './latest-contents.ts';

/** The most bytes of events, results and frames that are kept. Older ones are dropped first. */
const MAXIMUM_BYTES = 32 * 1024 * 1024;

/** The event and the result of an invocation, as text. */
export interface InvocationPayloads {
  readonly event?: string | undefined;
  readonly result?: string | undefined;
}

/** A message from a client, or a frame to it. */
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

/** The kinds of records. */
const KIND = { event: 0, result: 1, received: 2, frame: 3, push: 4 } as const;
/**
 * The index of each key of a record. The last two are the route and the refusal of a message, and
 * the cause of a frame.
 */
const [REQUEST, CONNECTION, TRACE, ROUTE_OR_CAUSE, REFUSED] = [0, 1, 2, 3, 4] as const;

/**
 * Keeps the content of the latest events, results and frames in memory, since the stored facts do
 * not have it. Until the console is used for the first time, it keeps the few latest only, which
 * costs the stack next to nothing. Nothing is sorted before a query: searching a hundred thousand contents takes some
 * milliseconds.
 */
export class Payloads {
  readonly #ring: ContentRing;
  /** Undefined once the console has been used. */
  #latest: LatestContents | undefined;
  readonly #unsubscribe: () => void;

  constructor(bus: Pick<EventBus, 'subscribe'>, maximumBytes = MAXIMUM_BYTES) {
    this.#ring = new ContentRing(maximumBytes);
    this.#latest = new LatestContents(maximumBytes);
    this.#unsubscribe = bus.subscribe((event, content) => {
      if (content === undefined) return;
      if (this.#latest === undefined) this.#keep(event, content);
      else this.#latest.add(event, content);
    });
  }

  /** The console is used: from now on, everything is kept for which there is memory. */
  keepAll(): void {
    const latest = this.#latest;
    this.#latest = undefined;
    latest?.forEach((event, content) => {
      this.#keep(event, content);
    });
  }

  /** The kept content of an invocation. */
  ofInvocation(requestId: string): InvocationPayloads {
    let event: string | undefined;
    let result: string | undefined;
    for (const { kind, content } of this.#ring.find(REQUEST, requestId)) {
      // An asynchronous event starts once for each attempt. The latest one counts.
      if (kind === KIND.event) event = content.toString();
      else if (kind === KIND.result) result = content.toString();
    }
    return { event, result };
  }

  /** The kept messages of a connection, in both directions, oldest first. */
  ofConnection(connectionId: string): readonly RecordedMessage[] {
    return this.#ring.find(CONNECTION, connectionId).map(messageOf);
  }

  close(): void {
    this.#unsubscribe();
  }

  #keep(event: StackEvent, content: Content): void {
    const { timeMs, requestId, connectionId, traceId } = event;
    const add = (kind: number, bytes: number, routeOrCause?: string, refused?: string): void => {
      const keys = [requestId, connectionId, traceId, routeOrCause, refused];
      this.#ring.add({ kind, timeMs, bytes, keys, content });
    };
    switch (event.type) {
      case 'invocation.started':
        add(KIND.event, content.length);
        return;
      case 'invocation.succeeded':
      case 'invocation.failed':
        add(KIND.result, content.length);
        return;
      case 'message.received':
        add(KIND.received, event.bytes, event.routeKey, event.refused);
        return;
      case 'route.integrated':
        add(KIND.frame, event.frameBytes ?? 0, 'route-response');
        return;
      case 'frame.sent':
        add(KIND.frame, event.bytes, event.cause);
        return;
      case 'connections.call':
        add(KIND.push, event.frameBytes ?? event.bytes, 'push');
        return;
      default:
    }
  }
}

function messageOf({
  number: id,
  kind,
  timeMs,
  bytes,
  keys,
  content,
}: KeptRecord): RecordedMessage {
  const traceId = keys[TRACE];
  if (kind !== KIND.received) {
    return {
      ...{ id, direction: 'out', timeMs, bytes, traceId, content },
      cause: keys[ROUTE_OR_CAUSE],
    };
  }
  const [routeKey, refused] = [keys[ROUTE_OR_CAUSE], keys[REFUSED]];
  return { id, direction: 'in', timeMs, bytes, routeKey, refused, traceId, content };
}
