import {
  maximumWindows,
  Sketch,
  type CounterSeries,
  type GaugeSeries,
  type MetricSeries,
} from '../run-record.ts';

/** The length of a run's first windows, in ms. */
export const shortestWindow = 1000;

/**
 * Keeps values by window. Windows are made as values come. If there are too many windows, each two
 * neighbouring ones are merged.
 */
class Windows<T> {
  windowMs = shortestWindow;
  readonly values = new Map<number, T>();
  readonly #make: () => T;
  readonly #merge: (older: T, newer: T) => T;
  #currentAt = NaN;
  #current: T | undefined;

  constructor(make: () => T, merge: (older: T, newer: T) => T) {
    this.#make = make;
    this.#merge = merge;
  }

  at(time: number): T {
    const inCurrent = time >= this.#currentAt && time < this.#currentAt + this.windowMs;
    if (inCurrent && this.#current !== undefined) return this.#current;
    const start = time - (time % this.windowMs);
    let value = this.values.get(start);
    if (value === undefined) {
      value = this.#make();
      this.values.set(start, value);
      if (this.values.size > maximumWindows) {
        this.#halve();
        return this.at(time);
      }
    }
    this.#currentAt = start;
    this.#current = value;
    return value;
  }

  inOrder(): [number, T][] {
    return [...this.values].sort(([a], [b]) => a - b);
  }

  #halve(): void {
    const before = this.inOrder();
    this.windowMs *= 2;
    this.values.clear();
    this.#currentAt = NaN;
    for (const [at, value] of before) {
      const start = at - (at % this.windowMs);
      const there = this.values.get(start);
      this.values.set(start, there === undefined ? value : this.#merge(there, value));
    }
  }
}

/** The most values that are kept between two reports to Artillery. */
const maximumFresh = 2000;

/** A distribution by window. */
export class WindowedMetric {
  readonly #windows = new Windows(
    () => new Sketch(),
    (older, newer) => older.merge(newer),
  );
  readonly #unit: MetricSeries['unit'];
  /** Every n-th value since the last report, for Artillery. */
  #fresh: number[] = [];
  #freshCount = 0;
  #freshStride = 1;

  constructor(unit: MetricSeries['unit'] = 'ms') {
    this.#unit = unit;
  }

  add(value: number, at: number): void {
    this.#windows.at(at).add(value);
    this.#freshCount += 1;
    if (this.#freshCount % this.#freshStride !== 0) return;
    this.#fresh.push(value);
    if (this.#fresh.length < maximumFresh) return;
    this.#fresh = this.#fresh.filter((_, index) => index % 2 === 0);
    this.#freshStride *= 2;
  }

  /** The values that were added to windows that begin at `from` (ms) or later. */
  since(from: number): Sketch {
    const sum = new Sketch();
    for (const [at, sketch] of this.#windows.values) if (at >= from) sum.merge(sketch);
    return sum;
  }

  /**
   * Takes the values that were added since the last call: at most `count` of them, at evenly spaced
   * ranks. If there are only a few, the smallest and the largest are among them.
   */
  takeFresh(count: number): number[] {
    if (this.#fresh.length === 0) return [];
    const sorted = this.#fresh.sort((a, b) => a - b);
    this.#fresh = [];
    this.#freshCount = 0;
    this.#freshStride = 1;
    if (sorted.length <= count) return sorted;
    return Array.from(
      { length: count },
      (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (count - 1))] ?? NaN,
    );
  }

  encode(): MetricSeries {
    const windows = this.#windows.inOrder();
    const total = new Sketch();
    for (const [, sketch] of windows) total.merge(sketch);
    return {
      unit: this.#unit,
      windowMs: this.#windows.windowMs,
      total: total.encode(),
      windows: windows.map(([at, sketch]) => ({ at, sketch: sketch.encode() })),
    };
  }
}

/** A counter by window. */
export class WindowedCounter {
  readonly #windows = new Windows(
    () => ({ count: 0 }),
    (older, newer) => ({ count: older.count + newer.count }),
  );
  #fresh = 0;
  total = 0;

  add(count: number, at: number): void {
    if (count === 0) return;
    this.#windows.at(at).count += count;
    this.#fresh += count;
    this.total += count;
  }

  /** The values that were added since the last call. */
  takeFresh(): number {
    const fresh = this.#fresh;
    this.#fresh = 0;
    return fresh;
  }

  encode(): CounterSeries {
    return {
      windowMs: this.#windows.windowMs,
      total: this.total,
      windows: this.#windows.inOrder().map(([at, { count }]) => ({ at, count })),
    };
  }
}

/** A level by window: its last and its largest value. */
export class WindowedGauge {
  readonly #windows = new Windows(
    () => ({ last: 0, max: 0 }),
    (older, newer) => ({ last: newer.last, max: Math.max(older.max, newer.max) }),
  );

  set(level: number, at: number): void {
    const window = this.#windows.at(at);
    window.last = level;
    window.max = Math.max(window.max, level);
  }

  encode(): GaugeSeries {
    return {
      windowMs: this.#windows.windowMs,
      windows: this.#windows.inOrder().map(([at, levels]) => ({ at, ...levels })),
    };
  }
}
