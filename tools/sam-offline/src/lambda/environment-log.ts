import type { LogSink } from '../log.ts';
import { randomHex } from './invocation.ts';

/**
 * The log stream of one execution environment. It keeps Lambda's own lines in their place among those
 * that the function writes, although the two come by different file descriptors.
 */
export class EnvironmentLog {
  /** `2026/11/23/[$LATEST]<32 hex digits>` */
  readonly stream = streamName(Date.now());
  readonly #functionLogicalId: string;
  readonly #sink: LogSink;
  readonly #whenOutputWasRead: (action: () => void) => void;
  /** Lines of Lambda's own that wait until the function's output was read. */
  #waiting = 0;

  constructor(
    functionLogicalId: string,
    sink: LogSink,
    whenOutputWasRead: (action: () => void) => void,
  ) {
    this.#functionLogicalId = functionLogicalId;
    this.#sink = sink;
    this.#whenOutputWasRead = whenOutputWasRead;
  }

  /** A line that the function wrote. */
  line(source: 'stdout' | 'stderr', text: string): void {
    this.#write(source, text, Date.now());
  }

  /** A line of Lambda's own; behind those that still wait. */
  platform(text: string): void {
    if (this.#waiting === 0) this.#write('platform', text, Date.now());
    else this.afterOutput([text], () => undefined);
  }

  /** Lines of Lambda's own that follow what the function has written by now, and then an action. */
  afterOutput(texts: readonly string[], action: () => void): void {
    const timestampMs = Date.now();
    this.#waiting += 1;
    this.#whenOutputWasRead(() => {
      this.#waiting -= 1;
      for (const text of texts) this.#write('platform', text, timestampMs);
      action();
    });
  }

  #write(source: 'stdout' | 'stderr' | 'platform', text: string, timestampMs: number): void {
    this.#sink.function({
      functionLogicalId: this.#functionLogicalId,
      logStream: this.stream,
      timestampMs,
      source,
      text,
    });
  }
}

function streamName(nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomHex(16)}`;
}
