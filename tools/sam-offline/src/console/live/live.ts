import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventBus, EventType } from '../../events/index.ts';

/** How often an open page is told that something happened, in ms. */
const TICK_MS = 250;
/** How often it is told that nothing did, so that both sides notice a connection that is gone, in ms. */
const HEARTBEAT_MS = 15_000;

/** What happened since the last tick: how many facts of each kind. */
export type Tick = Partial<Record<EventType, number>>;

/**
 * Tells open pages over server-sent events that something happened, and how much: the page then asks
 * for what it shows. Nothing listens to the facts while no page is open.
 */
export class Live {
  readonly #bus: Pick<EventBus, 'subscribe'>;
  /** Changes with each run of the stack, so that a page knows that what it shows is of an earlier one. */
  readonly #runId: string;
  readonly #pages = new Set<ServerResponse>();
  /** Pages that were not told of something, since they had not read what came before. */
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

  /** A page that gets it for the second time in a run asks anew for what it shows. */
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
      // A tab that sleeps reads nothing: what waits for it does not pile up.
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
