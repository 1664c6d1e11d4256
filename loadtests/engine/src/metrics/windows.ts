import {
  maximumWindows,
  Sketch,
  type CounterSeries,
  type GaugeSeries,
  type MetricSeries,
} from '../run-record.ts';

/** Length of a run's first windows, ms. */
export const shortestWindow = 1000;

/**
 * What is kept by window: windows are made as values come, and when there are too many, each two
 * neighbours become one.
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
    const start = time - (time % this.windowMs);
    if (start === this.#currentAt && this.#current !== undefined) return this.#current;
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

/** A distribution by window. */
export class WindowedMetric {
  readonly #windows = new Windows(
    () => new Sketch(),
    (older, newer) => older.merge(newer),
  );
  readonly #unit: MetricSeries['unit'];
  /** What came since it was last taken, for Artillery. */
  #fresh = new Sketch();

  constructor(unit: MetricSeries['unit'] = 'ms') {
    this.#unit = unit;
  }

  add(value: number, at: number): void {
    this.#windows.at(at).add(value);
    this.#fresh.add(value);
  }

  /** What was added since the last call. */
  takeFresh(): Sketch {
    const fresh = this.#fresh;
    if (fresh.count > 0) this.#fresh = new Sketch();
    return fresh;
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

  /** What was added since the last call. */
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
