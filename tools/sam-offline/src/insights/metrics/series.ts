import type { MetricId } from '../queries.ts';
import { Distribution } from './distribution.ts';

/** The values of one metric with its dimensions and one unit. */
export class Series {
  readonly id: MetricId;
  readonly unit: string;
  lastValueMs = 0;
  /** The values of each second, by its start in seconds since 1970. */
  readonly #seconds = new Map<number, Distribution>();
  /** The values of each minute, by its start in seconds since 1970. */
  readonly #minutes = new Map<number, Distribution>();
  /** The latest second, to which nearly every value belongs. */
  #latestStart = -1;
  #latest: Distribution | undefined;

  constructor(id: MetricId, unit: string) {
    this.id = id;
    this.unit = unit;
  }

  second(start: number): Distribution | undefined {
    return start === this.#latestStart ? this.#latest : this.#seconds.get(start);
  }

  addSecond(start: number): Distribution {
    const made = new Distribution();
    this.#seconds.set(start, made);
    this.#latestStart = start;
    this.#latest = made;
    return made;
  }

  /**
   * Moves a second into its minute.
   *
   * @returns the minute, if it is a new one
   */
  secondToMinute(start: number): number | undefined {
    const second = this.#seconds.get(start);
    if (second === undefined) return undefined;
    this.#seconds.delete(start);
    if (start === this.#latestStart) {
      this.#latestStart = -1;
      this.#latest = undefined;
    }
    const minuteStart = Math.floor(start / 60) * 60;
    const minute = this.#minutes.get(minuteStart);
    if (minute !== undefined) {
      minute.merge(second);
      return undefined;
    }
    this.#minutes.set(minuteStart, second);
    return minuteStart;
  }

  dropMinute(start: number): void {
    this.#minutes.delete(start);
  }

  /** The values from `startMs` (included) to `endMs` (excluded), in no order. */
  forEach(
    startMs: number,
    endMs: number,
    each: (startMs: number, distribution: Distribution) => void,
  ): void {
    for (const parts of [this.#minutes, this.#seconds]) {
      for (const [start, distribution] of parts) {
        if (start * 1000 >= startMs && start * 1000 < endMs) each(start * 1000, distribution);
      }
    }
  }
}
