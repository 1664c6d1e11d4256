import type { Events, StackEvent } from '../events/index.ts';
import { newEnvironmentId } from '../ids/index.ts';

/**
 * Tells the facts of one execution environment. It keeps what Lambda itself does in its place among
 * the lines that the function writes, although the two come by different file descriptors.
 */
export class EnvironmentFacts {
  /** `2026/11/23/[$LATEST]<32 hex digits>`, the name of its log stream. */
  readonly environmentId = newEnvironmentId();
  /** The invocation that runs, which the function's lines belong to. */
  requestId: string | undefined;
  readonly #functionName: string;
  readonly #events: Events;
  readonly #whenOutputWasRead: (action: () => void) => void;
  /** Facts that wait until the function's output was read. */
  #waiting = 0;

  constructor(
    functionName: string,
    events: Events,
    whenOutputWasRead: (action: () => void) => void,
  ) {
    this.#functionName = functionName;
    this.#events = events;
    this.#whenOutputWasRead = whenOutputWasRead;
  }

  /** A line that the function wrote. @param isPartial it goes on in the next line */
  line(source: 'stdout' | 'stderr', text: string, isPartial: boolean): void {
    if (!this.#events.heard) return;
    this.#events.emit({
      type: 'log',
      timeMs: this.#events.now(),
      functionName: this.#functionName,
      environmentId: this.environmentId,
      requestId: this.requestId,
      source,
      text,
      isPartial: isPartial || undefined,
    });
  }

  /** Something that Lambda does; behind what still waits. */
  emit(make: (timeMs: number) => StackEvent): void {
    if (!this.#events.heard) return;
    if (this.#waiting === 0) this.#events.emit(make(this.#events.now()));
    else this.afterOutput(make, () => undefined);
  }

  /** Something that Lambda does, behind what the function has written by now, and then an action. */
  afterOutput(make: (timeMs: number) => StackEvent, action: () => void): void {
    this.#waiting += 1;
    this.#whenOutputWasRead(() => {
      this.#waiting -= 1;
      if (this.#events.heard) this.#events.emit(make(this.#events.now()));
      action();
    });
  }
}
