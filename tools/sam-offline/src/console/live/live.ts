import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventBus, EventType } from '../../events/index.ts';

/** How often, in ms, an open page gets the number of new facts. */
const TICK_MS = 250;
/**
 * How often, in ms, a page gets a message if there were no facts, so that both sides notice a
 * broken connection.
 */
const HEARTBEAT_MS = 15_000;

/** The number of facts of each type since the last message. */
export type Tick = Partial<Record<EventType, number>>;

/**
 * Tells open pages over server-sent events how many facts of each type there were. A page then asks
 * for the data that it shows. While no page is open, nothing listens to the facts.
 */
export class Live {
  readonly #bus: Pick<EventBus, 'subscribe'>;
  /**
   * Changes with each run of the stack, so that a page notices that its data is of an earlier run.
   */
  readonly #runId: string;
  readonly #pages = new Set<ServerResponse>();
  /** Pages that missed a message, since they had not read an earlier one. */
  readonly #behind = new Set<ServerResponse>();
  #counts: Tick = {};
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #quietMs = 0;

  constructor(bus: Pick<EventBus, 'subscribe'>, runId: string) {
    this.#bus = bus;
    this.#runId = runId;
  }

  /** Responds to a page's `EventSource`. */
  open(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 1000\n${this.#hello()}`);
    this.#pages.add(response);
    request.once('close', () => {
      this.#pages.delete(response);
      this.#behind.delete(response);
      if (this.#pages.size === 0) this.#rest();
    });
    this.#unsubscribe ??= this.#bus.subscribe(({ type }) => {
      this.#counts[type] = (this.#counts[type] ?? 0) + 1;
    });
    this.#timer ??= setInterval(() => {
      this.#tick();
    }, TICK_MS).unref();
  }

  close(): void {
    this.#rest();
    for (const page of this.#pages) page.end();
  }

  /** A page that gets this message for the second time in a run loads its data again. */
  #hello(): string {
    return `event: hello\ndata: ${JSON.stringify({ runId: this.#runId })}\n\n`;
  }

  #tick(): void {
    for (const page of this.#behind) {
      if (page.writableLength > 0) continue;
      page.write(this.#hello());
      this.#behind.delete(page);
    }
    const counts = this.#counts;
    this.#quietMs += TICK_MS;
    const isQuiet = Object.keys(counts).length === 0;
    if (isQuiet && this.#quietMs < HEARTBEAT_MS) return;
    this.#counts = {};
    this.#quietMs = 0;
    const text = `event: tick\ndata: ${JSON.stringify(counts)}\n\n`;
    for (const page of this.#pages) {
      // A tab that sleeps does not read. Messages for it are dropped, so that they need no memory.
      if (page.writableLength === 0) page.write(text);
      else this.#behind.add(page);
    }
  }

  #rest(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#counts = {};
  }
}
