/** How often a process's memory is read at most, in ms: reading it is a system call or three. */
const INTERVAL_MS = 100;

/** The most memory that a process ever had, as REPORT lines tell it. */
export class PeakMemory {
  readonly #readMb: () => number | undefined;
  #latestMb: number | undefined;
  #readAt = -Infinity;

  /** @param readMb asks the system; undefined where it does not tell, for example after the process's end */
  constructor(readMb: () => number | undefined) {
    this.#readMb = readMb;
  }

  /** In MB, at most a tenth of a second old; undefined where the system has never told. */
  read(): number | undefined {
    const now = performance.now();
    if (now - this.#readAt < INTERVAL_MS) return this.#latestMb;
    this.#readAt = now;
    this.#latestMb = this.#readMb() ?? this.#latestMb;
    return this.#latestMb;
  }
}
