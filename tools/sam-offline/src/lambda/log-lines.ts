import { StringDecoder } from 'node:string_decoder';

/**
 * The maximum length of a line, in UTF-16 code units. Longer lines are split: CloudWatch Logs
 * accepts events of up to 256 KB, and a function that never writes a line feed must not fill
 * sam-offline's memory.
 */
const MAXIMUM_LINE_LENGTH = 256 * 1024;

/** Splits a function's output into lines. Only one unfinished line is kept in memory. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string, isPartial: boolean) => void;
  #rest = '';

  /** @param onLine gets each line, and whether the next line continues it because it is too long */
  constructor(onLine: (line: string, isPartial: boolean) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    this.#add(this.#decoder.write(chunk));
  }

  /** Ends the output. The text after the last line feed is a line too. */
  end(): void {
    this.#add(this.#decoder.end());
    if (this.#rest !== '') this.#emit(this.#rest);
    this.#rest = '';
  }

  #add(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#emit(this.#rest + text.slice(start, end));
      this.#rest = '';
      start = end + 1;
    }
    this.#rest += text.slice(start);
    while (this.#rest.length >= MAXIMUM_LINE_LENGTH) {
      this.#emit(this.#rest.slice(0, MAXIMUM_LINE_LENGTH), true);
      this.#rest = this.#rest.slice(MAXIMUM_LINE_LENGTH);
    }
  }

  /**
   * Passes a line on. Runtimes write carriage returns instead of line feeds in an entry of several
   * lines, so that it stays one entry.
   */
  #emit(line: string, isPartial = false): void {
    const entry = line.endsWith('\r') ? line.slice(0, -1) : line;
    this.#onLine(entry.includes('\r') ? entry.replaceAll('\r', '\n') : entry, isPartial);
  }
}
