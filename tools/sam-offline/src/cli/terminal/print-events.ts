import type { EventBus, StackEvent } from '../../events/index.ts';
import { EventPrinter } from './event-printer.ts';
import { rawLinesOf } from './json-lines.ts';
import { painterFor } from './style.ts';

export type LogFormat = 'text' | 'json';

/**
 * How long, in ms, a line waits under load for more lines to be written with it. A reader does not
 * notice this.
 */
const WRITE_TOGETHER_MS = 10;
/** The number of writes that are made without waiting in each `WRITE_TOGETHER_MS`. */
const PROMPT_WRITES = 20;
/** The number of characters that are written at once, without waiting. */
const MOST_CHARACTERS = 64 * 1024;
/** How often, in ms, to check the lines that wait. */
const TICK_MS = 50;

/** Takes facts and prints them. */
export interface EventOutput {
  add(event: StackEvent): void;
  /** Prints the lines that wait, and stops. */
  close(): void;
}

/**
 * Prints facts to a stream. Lines are written at the end of the turn of the event loop in which
 * they came. So a client that has its response finds the lines that came before it. Under load, the
 * lines of some milliseconds are written together: a write for each turn was a fifth of
 * sam-offline's work for an invocation (`node --cpu-prof`, 50 handshakes in flight).
 *
 * @param showsAccessLogs whether text has the lines of access logs too; JSON has every line
 */
export function createEventOutput(
  stream: NodeJS.WriteStream,
  format: LogFormat,
  showsAccessLogs = false,
): EventOutput {
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  let promptWrites = 0;
  const flush = (): void => {
    if (lines === '') return;
    stream.write(lines);
    lines = '';
  };
  const endWait = (): void => {
    timer = undefined;
    promptWrites = 0;
    flush();
  };
  const print = (line: string): void => {
    timer ??= setTimeout(endWait, WRITE_TOGETHER_MS);
    if (lines === '' && promptWrites < PROMPT_WRITES) {
      promptWrites += 1;
      process.nextTick(flush);
    }
    lines += `${line}\n`;
    if (lines.length >= MOST_CHARACTERS) flush();
  };
  // The last lines are written however the process ends, except by SIGKILL.
  process.once('exit', flush);
  const stop = (): void => {
    process.off('exit', flush);
    clearTimeout(timer);
    flush();
  };
  if (format === 'json') {
    return {
      add(event) {
        for (const line of rawLinesOf(event)) print(line);
      },
      close: stop,
    };
  }
  const printer = new EventPrinter(painterFor(stream), print, showsAccessLogs);
  let latestMs = 0;
  let latestAt = 0;
  const ticks = setInterval(() => {
    // Lines that wait are shown in time even if nothing happens.
    if (printer.isWaiting) printer.advance(latestMs + (performance.now() - latestAt));
  }, TICK_MS).unref();
  return {
    add(event) {
      latestMs = event.timeMs;
      latestAt = performance.now();
      printer.add(event);
    },
    close() {
      clearInterval(ticks);
      printer.advance(Infinity);
      stop();
    },
  };
}

/** Prints the facts of a stack while they happen. */
export function printEvents(
  bus: EventBus,
  stream: NodeJS.WriteStream,
  format: LogFormat,
): EventOutput {
  const output = createEventOutput(stream, format);
  const unsubscribe = bus.subscribe((event) => {
    output.add(event);
  });
  return {
    add(event) {
      output.add(event);
    },
    close() {
      unsubscribe();
      output.close();
    },
  };
}
