import type { EventOf, StackEvent } from '../../events/index.ts';
import type { EventQuery, StoredEvent } from '../queries.ts';
import { BlockRing } from './block-ring.ts';
import { readLines } from './event-reader.ts';
import { EventWriter } from './event-writer.ts';
import { eventOf, lineOf, splitLines, type StoredLine, timeOfLine, typeOfLine } from './lines.ts';

export interface EventStoreOptions {
  /** The absolute path of the folder. */
  readonly directory: string;
  /** False if another process stores the facts, so that they are only read here. */
  readonly writes: boolean;
  readonly clean: boolean;
  /** The bytes of the ring in memory. */
  readonly ringBytes?: number;
  /** The most bytes of all files together. */
  readonly maximumBytes?: number;
  readonly fileBytes?: number;
  /**
   * Is called with the problem when the disk does not take what is written, and with undefined when
   * it does again.
   */
  readonly onDiskChange?: (problem: string | undefined) => void;
}

const MEGABYTE = 1024 * 1024;

/** How long, in ms, a part of the reading may delay all other work. */
const TURN_MS = 8;

/**
 * Stores facts as lines of JSON: the latest ones in memory, and all of them in files. Readers get
 * them in the order in which they were stored.
 */
export class EventStore {
  readonly #directory: string;
  readonly #ring: BlockRing;
  readonly #writer: EventWriter | undefined;
  /** The position at which this run begins. This process has stored nothing before it. */
  readonly runPosition: number;
  #lastStart: EventOf<'stack.started'> | undefined;

  constructor(options: EventStoreOptions) {
    this.#directory = options.directory;
    this.#ring = new BlockRing(options.ringBytes ?? 32 * MEGABYTE, (block) => {
      this.#writer?.reuse(block);
    });
    if (options.writes) {
      this.#writer = new EventWriter({
        directory: options.directory,
        clean: options.clean,
        maximumBytes: options.maximumBytes ?? 256 * MEGABYTE,
        fileBytes: options.fileBytes ?? 16 * MEGABYTE,
        header: () => this.#header(),
        onStateChange: options.onDiskChange ?? (() => undefined),
      });
    }
    this.runPosition = this.#writer?.firstPosition ?? Infinity;
  }

  /** Stores facts. They can be read at once. */
  append(events: readonly StackEvent[]): void {
    if (events.length === 0) return;
    const block = this.#writer?.append(events.map(lineOf));
    if (block !== undefined) this.#ring.push(block);
    for (const event of events) if (event.type === 'stack.started') this.#lastStart = event;
  }

  /** Reads stored facts, oldest first. Other work runs between parts of them. */
  async *read(query: EventQuery = {}): AsyncGenerator<StoredEvent> {
    let turn = performance.now();
    let hasStart = false;
    for await (const lines of this.#lines(query)) {
      for (const { position, text } of lines) {
        const event = admits(query, text) ? parse(text) : undefined;
        if (event?.type === 'stack.started') {
          // Each file begins with this fact. It is read if the one at the beginning of the run has
          // been removed.
          if (event.isRepeated === true && hasStart) continue;
          hasStart = true;
        }
        if (event !== undefined) yield { id: position, event };
        if (performance.now() - turn > TURN_MS) {
          await new Promise((resolve) => setImmediate(resolve));
          turn = performance.now();
        }
      }
    }
  }

  async flush(): Promise<void> {
    await this.#writer?.flush();
  }

  async close(): Promise<void> {
    await this.#writer?.close();
  }

  async *#lines(query: EventQuery): AsyncGenerator<readonly StoredLine[]> {
    const after = query.afterId ?? -1;
    let next = Math.max(0, after);
    // The ring may drop its first blocks while the files before it are read. Then those blocks are
    // read from the files too.
    for (;;) {
      const ringStart = this.#ring.firstPosition ?? Infinity;
      if (next >= ringStart) break;
      // Blocks that the ring has dropped may not have been written to the disk yet.
      await this.#writer?.flush();
      const range = { from: next, to: ringStart, writtenSinceMs: query.startMs ?? 0 };
      for await (const lines of readLines(this.#directory, range)) {
        yield lines[0]?.position === after ? lines.slice(1) : lines;
      }
      if (ringStart === Infinity) return;
      next = ringStart;
    }
    for (const block of this.#ring.from(next)) {
      const lines: StoredLine[] = [];
      splitLines(block.bytes, block.position, (line) => {
        if (line.position >= next && line.position !== after) lines.push(line);
      });
      if (lines.length > 0) yield lines;
    }
  }

  #header(): string | undefined {
    return this.#lastStart && lineOf({ ...this.#lastStart, isRepeated: true });
  }
}

/** Tests by the beginning of a line whether the query may ask for it. */
function admits(query: EventQuery, line: string): boolean {
  if (query.types !== undefined && !query.types.includes(typeOfLine(line) as StackEvent['type'])) {
    return false;
  }
  if (query.contains !== undefined && !line.includes(query.contains)) return false;
  if (query.startMs === undefined && query.endMs === undefined) return true;
  const timeMs = timeOfLine(line);
  return timeMs >= (query.startMs ?? -Infinity) && timeMs < (query.endMs ?? Infinity);
}

function parse(line: string): StackEvent | undefined {
  try {
    return eventOf(line);
  } catch {
    // The line was cut off when the disk was full, or when the process was killed.
    return undefined;
  }
}
