import type { Content, StackEvent } from '../events/index.ts';

/**
 * The number of contents that are kept. Each message of a WebSocket API has about four: itself, the
 * event and the result of its function, and the frame of the response.
 */
const MAXIMUM_CONTENTS = 128;

/**
 * The latest contents with their facts, as they are: nothing is copied. So few objects that live
 * for a short time cost the garbage collector next to nothing.
 */
export class LatestContents {
  readonly #maximumBytes: number;
  #events: StackEvent[] = [];
  #contents: Content[] = [];
  /** The place of the next one. From `MAXIMUM_CONTENTS` on, places are used again. */
  #next = 0;
  #bytes = 0;

  /** @param maximumBytes the limit; a content that exceeds it is kept alone */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  add(event: StackEvent, content: Content): void {
    this.#bytes += content.length - (this.#contents[this.#next]?.length ?? 0);
    if (this.#bytes > this.#maximumBytes) {
      this.#events = [];
      this.#contents = [];
      this.#next = 0;
      this.#bytes = content.length;
    }
    this.#events[this.#next] = event;
    this.#contents[this.#next] = content;
    this.#next = (this.#next + 1) % MAXIMUM_CONTENTS;
  }

  /** Calls back with each of them, oldest first. */
  forEach(callback: (event: StackEvent, content: Content) => void): void {
    const count = this.#events.length;
    for (let index = 0; index < count; index += 1) {
      const place = count < MAXIMUM_CONTENTS ? index : (this.#next + index) % MAXIMUM_CONTENTS;
      const [event, content] = [this.#events[place], this.#contents[place]];
      if (event !== undefined && content !== undefined) callback(event, content);
    }
  }
}
