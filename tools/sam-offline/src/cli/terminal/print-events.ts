import type { EventBus, StackEvent } from '../../events/index.ts';
import { EventPrinter } from './event-printer.ts';
import { rawLinesOf } from './json-lines.ts';
import { painterFor } from './style.ts';

export type LogFormat = 'text' | 'json';

/** Under load a line waits so long for more to be written with it, in ms: nobody who reads notices. */
const WRITE_TOGETHER_MS = 10;
/** So many writes go out without a wait in each `WRITE_TOGETHER_MS`. */
const PROMPT_WRITES = 20;
/** So many characters are written at once, however soon they came. */
const MOST_CHARACTERS = 64 * 1024;
/** How often what waits is looked at, in ms. */
const TICK_MS = 50;

/** What takes facts in and prints them. */
export interface EventOutput {
  add(event: StackEvent): void;
  /** Prints what waits, and stops. */
  close(): void;
}

/**
 * Prints facts to a stream. Lines go out at the end of the turn of the event loop that they came in, so that
 * who has a response finds the lines that came before it. Under load the lines of some milliseconds go out in
 * one write: a write a turn was a fifth of what sam-offline does for an invocation (`node --cpu-prof`, 50
 * handshakes in flight).
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
  // However the process ends, short of a SIGKILL, the last lines are written.
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
    // Time goes on for what waits, also when nothing happens.
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

/** Prints what happens in a stack, as it happens. */
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
