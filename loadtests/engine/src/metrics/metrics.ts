import {
  counterNames,
  gaugeNames,
  metricNames,
  type CounterSeries,
  type ErrorCount,
  type GaugeSeries,
  type MetricSeries,
  type Sketch,
} from '../run-record.ts';
import { WindowedCounter, WindowedGauge, WindowedMetric } from './windows.ts';

type MetricKey = keyof typeof metricNames;
type CounterKey = keyof typeof counterNames;
type GaugeKey = keyof typeof gaugeNames;

/** A worker's measurements, as in its part of the record. */
export interface EncodedMetrics {
  readonly metrics: Readonly<Record<string, MetricSeries>>;
  readonly counters: Readonly<Record<string, CounterSeries>>;
  readonly gauges: Readonly<Record<string, GaugeSeries>>;
  readonly errors: Readonly<Record<string, ErrorCount>>;
}

/** Receives the figures for Artillery. The `EventEmitter` of Artillery's scenarios is one. */
export interface ArtilleryEvents {
  emit(event: string, ...values: unknown[]): unknown;
}

/** The most kinds of errors that are kept apart. Further kinds count as `other`. */
const maximumErrorKinds = 100;
/** The most values of each metric and window in Artillery's own summary. They are spread evenly. */
const valuesForArtillery = 100;

/** All measurements of one worker. */
export class Metrics {
  readonly #metrics = mapValues(metricNames, () => new WindowedMetric());
  readonly #counters = mapValues(counterNames, () => new WindowedCounter());
  readonly #gauges = mapValues(gaugeNames, () => new WindowedGauge());
  readonly #custom = new Map<string, WindowedMetric>();
  readonly #errors = new Map<string, { -readonly [K in keyof ErrorCount]: ErrorCount[K] }>();

  /**
   * @param value ms
   * @param at a time in the window that the value belongs to
   */
  time(key: MetricKey, value: number, at: number): void {
    this.#metrics[key].add(value, at);
  }

  /** Adds a time (ms) under a name that the scenario gives. */
  custom(name: string, value: number, at: number): void {
    let metric = this.#custom.get(name);
    if (metric === undefined) {
      metric = new WindowedMetric();
      this.#custom.set(name, metric);
    }
    metric.add(value, at);
  }

  /** The values that were measured since a time (ms), with the precision of a window. */
  since(key: MetricKey, from: number): Sketch {
    return this.#metrics[key].since(from);
  }

  count(key: CounterKey, count: number, at: number): void {
    this.#counters[key].add(count, at);
  }

  level(key: GaugeKey, level: number, at: number): void {
    this.#gauges[key].set(level, at);
  }

  total(key: CounterKey): number {
    return this.#counters[key].total;
  }

  /** @param kind groups errors, so it must not contain texts that differ with each error */
  error(kind: string, example: string, at: number): void {
    const name = this.#errors.has(kind) || this.#errors.size < maximumErrorKinds ? kind : 'other';
    const known = this.#errors.get(name);
    if (known === undefined) {
      this.#errors.set(name, { count: 1, firstAt: at, lastAt: at, example });
    } else {
      known.count += 1;
      known.lastAt = at;
    }
  }

  /**
   * Reports to Artillery what was measured since the last call. Counters are reported exactly,
   * including zeros, since `ensure` knows only what was emitted. Of each distribution, values at
   * evenly spaced ranks are reported.
   */
  report(ee: ArtilleryEvents): void {
    for (const [key, counter] of Object.entries(this.#counters)) {
      ee.emit('counter', counterNames[key as CounterKey], counter.takeFresh());
    }
    const named = Object.entries(this.#metrics).map(
      ([key, metric]) => [metricNames[key as MetricKey], metric] as const,
    );
    for (const [name, metric] of [...named, ...this.#custom]) {
      for (const value of metric.takeFresh(valuesForArtillery)) ee.emit('histogram', name, value);
    }
  }

  encode(): EncodedMetrics {
    return {
      metrics: {
        ...encodeAll(this.#metrics, metricNames, (one) => one.encode()),
        ...Object.fromEntries([...this.#custom].map(([name, one]) => [name, one.encode()])),
      },
      counters: encodeAll(this.#counters, counterNames, (one) => one.encode()),
      gauges: encodeAll(this.#gauges, gaugeNames, (one) => one.encode()),
      errors: Object.fromEntries(this.#errors),
    };
  }
}

function mapValues<K extends string, T>(names: Readonly<Record<K, string>>, make: () => T) {
  return Object.fromEntries(Object.keys(names).map((key) => [key, make()])) as Record<K, T>;
}

function encodeAll<K extends string, T, E>(
  values: Readonly<Record<K, T>>,
  names: Readonly<Record<K, string>>,
  encode: (value: T) => E,
): Record<string, E> {
  return Object.fromEntries(
    Object.entries<T>(values).map(([key, value]) => [names[key as K], encode(value)]),
  );
}
