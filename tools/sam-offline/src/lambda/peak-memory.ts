/**
 * The minimum time between two reads of a process's memory, in ms, because a read needs one to
 * three system calls.
 */
const INTERVAL_MS = 100;

/** The maximum memory of a process, for REPORT lines. */
export class PeakMemory {
  readonly #readMb: () => number | undefined;
  #latestMb: number | undefined;
  #readAt = -Infinity;

  /**
   * @param readMb reads the value from the system, in MB; undefined if it is not known, for example
   * after the process has ended
   */
  constructor(readMb: () => number | undefined) {
    this.#readMb = readMb;
  }

  /**
   * Gives the maximum memory in MB. The value is at most 100 ms old; it is undefined if it was
   * never known.
   */
  read(): number | undefined {
    const now = performance.now();
    if (now - this.#readAt < INTERVAL_MS) return this.#latestMb;
    this.#readAt = now;
    this.#latestMb = this.#readMb() ?? this.#latestMb;
    return this.#latestMb;
  }
}
