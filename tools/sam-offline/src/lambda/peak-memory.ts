/** How often a process's memory is read at most, in ms: reading it is a system call or three. */
const INTERVAL_MS = 100;

/** The most memory that a process ever had, as in REPORT lines. */
export class PeakMemory {
  readonly #readMb: () => number | undefined;
  #latestMb: number | undefined;
  #readAt = -Infinity;

  /** @param readMb reads it from the system; undefined where it is not known, for example after the process's end */
  constructor(readMb: () => number | undefined) {
    this.#readMb = readMb;
  }

  /** In MB, at most a tenth of a second old; undefined where it was never known. */
  read(): number | undefined {
    const now = performance.now();
    if (now - this.#readAt < INTERVAL_MS) return this.#latestMb;
    this.#readAt = now;
    this.#latestMb = this.#readMb() ?? this.#latestMb;
    return this.#latestMb;
  }
}
