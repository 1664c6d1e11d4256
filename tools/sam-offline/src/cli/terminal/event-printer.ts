import type { EventOf, StackEvent } from '../../events/index.ts';
import { eventRow, invocationRow, ResourceNames } from './event-rows.ts';
import { FunctionLines, indented, type ReadLine } from './function-line.ts';
import { Pushes } from './pushes.ts';
import { formatRow, printable } from './row.ts';
import { SourcePositions } from '../../source-positions/index.ts';
import type { Paint } from './style.ts';

/**
 * How long, in ms, lines of an invocation wait for its end. After that they are shown before it.
 */
export const HELD_MS = 1000;
/** The most lines of an invocation that wait for its end. */
const MAXIMUM_HELD = 500;

interface RunningInvocation {
  readonly functionName: string;
  readonly sinceMs: number;
  lines: string[];
  correlationId: string | undefined;
}

/**
 * Turns facts into lines for people. The lines that a function writes come under the line of their
 * invocation. If the invocation runs long, they come before it, with the function's name.
 */
export class EventPrinter {
  readonly #paint: Paint;
  readonly #showsAccessLogs: boolean;
  readonly #print: (line: string) => void;
  readonly #names = new ResourceNames();
  readonly #pushes = new Pushes();
  #lines: FunctionLines;
  readonly #running = new Map<string, RunningInvocation>();
  /** Log streams whose latest line continues in the next entry. */
  readonly #unfinished = new Set<string>();
  /** Correlation ids that functions have logged, by the id of the invocation. */
  readonly #correlations = new Map<string, string>();

  /** @param showsAccessLogs false: the lines of the requests have the same information */
  constructor(paint: Paint, print: (line: string) => void, showsAccessLogs = false) {
    this.#paint = paint;
    this.#showsAccessLogs = showsAccessLogs;
    this.#print = print;
    this.#lines = new FunctionLines(paint, new SourcePositions());
  }

  /** Whether lines wait for `advance`. */
  get isWaiting(): boolean {
    return !this.#pushes.isEmpty || this.#running.size > 0;
  }

  add(event: StackEvent): void {
    if (!this.#pushes.isEmpty) this.#printPushes(event.timeMs);
    switch (event.type) {
      case 'stack.started':
        this.#start(event);
        return;
      case 'stack.ready':
      case 'stack.stopped':
        return;
      case 'log':
        this.#log(event);
        return;
      case 'connections.call':
        this.#pushes.add(event);
        return;
      case 'code.reloaded':
        this.#print(
          `reloaded ${event.functions.join(', ')}` +
            (event.startAgain.length > 0 ? `; starts again: ${event.startAgain.join(', ')}` : ''),
        );
        return;
      case 'warning':
        this.#warn(event);
        return;
      case 'invocation.succeeded':
      case 'invocation.failed':
      case 'invocation.timed-out':
        this.#endInvocation(event);
        return;
      default: {
        const correlationId =
          event.invocationId === undefined ? undefined : this.#correlations.get(event.invocationId);
        const row = eventRow(event, this.#names, correlationId);
        if (row !== undefined) this.#print(formatRow(row, this.#paint));
      }
    }
  }

  /** Shows the lines that have waited long enough, or all lines if the time is infinite. */
  advance(timeMs: number): void {
    this.#printPushes(timeMs);
    for (const invocation of this.#running.values()) {
      if (timeMs - invocation.sinceMs >= HELD_MS) this.#release(invocation);
    }
  }

  #start(event: EventOf<'stack.started'>): void {
    this.#names.add(event);
    const directories = event.resources.flatMap(({ codeDirectory }) => codeDirectory ?? []);
    this.#lines = new FunctionLines(this.#paint, new SourcePositions([...new Set(directories)]));
  }

  #log(event: EventOf<'log'>): void {
    if (event.source === 'access-log') {
      if (this.#showsAccessLogs) this.#printNamed(event.logGroup ?? '', [printable(event.text)]);
      return;
    }
    const name = event.functionName ?? event.logGroup ?? '';
    const { lines, correlationId } = this.#read(name, event);
    const { requestId } = event;
    if (requestId === undefined) {
      this.#printNamed(name, lines);
      return;
    }
    let running = this.#running.get(requestId);
    if (running === undefined) {
      if (lines.length === 0 && correlationId === undefined) return;
      const sinceMs = event.timeMs;
      running = { functionName: name, sinceMs, lines: [], correlationId: undefined };
      this.#running.set(requestId, running);
    }
    if (correlationId !== undefined) this.#correlate(requestId, running, correlationId);
    running.lines.push(...lines);
    if (running.lines.length > MAXIMUM_HELD) this.#release(running);
  }

  /** Of a line that is too long for one entry, only the beginning is shown. */
  #read(name: string, event: EventOf<'log'>): ReadLine {
    const stream = `${name}\0${event.environmentId ?? ''}`;
    const goesOn = this.#unfinished.delete(stream);
    if (event.isPartial === true) this.#unfinished.add(stream);
    if (goesOn) return { lines: [], correlationId: undefined };
    if (event.isPartial !== true) return this.#lines.read(name, event.text);
    const beginning = printable(event.text.slice(0, 200));
    const note = this.#paint('yellow', '… (longer than 256 KB; whole in sam-offline logs --json)');
    return { lines: [`${beginning}${note}`], correlationId: undefined };
  }

  #correlate(requestId: string, running: RunningInvocation, correlationId: string): void {
    running.correlationId = correlationId;
    this.#pushes.correlate(this.#names.of(running.functionName), correlationId);
    this.#correlations.set(requestId, correlationId);
    const [oldest] = this.#correlations.keys();
    if (this.#correlations.size > 1000 && oldest !== undefined) this.#correlations.delete(oldest);
  }

  #endInvocation(
    event:
      | EventOf<'invocation.succeeded'>
      | EventOf<'invocation.failed'>
      | EventOf<'invocation.timed-out'>,
  ): void {
    const running = this.#running.get(event.requestId);
    this.#running.delete(event.requestId);
    this.#print(formatRow(invocationRow(event, this.#names, running?.correlationId), this.#paint));
    for (const line of indented(running?.lines ?? [])) this.#print(line);
  }

  /** An invocation that continues. Its lines are shown from time to time while they come. */
  #release(invocation: RunningInvocation): void {
    if (invocation.lines.length === 0) return;
    this.#printNamed(invocation.functionName, invocation.lines);
    invocation.lines = [];
  }

  #printNamed(functionName: string, lines: readonly string[]): void {
    const name = this.#paint('cyan', this.#names.of(functionName));
    for (const line of lines) this.#print(`${name} ${line}`);
  }

  #warn({ level, message }: EventOf<'warning'>): void {
    const prefix =
      level === 'info' ? '' : this.#paint(level === 'warn' ? 'yellow' : 'red', `${level}: `);
    this.#print(prefix + message.split('\n').map(printable).join('\n'));
  }

  #printPushes(timeMs: number): void {
    for (const row of this.#pushes.take(timeMs)) this.#print(formatRow(row, this.#paint));
  }
}
