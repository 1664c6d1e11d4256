import type { MetricStore, Series } from '../metrics/index.ts';

/** A metric of AWS under several sets of dimensions: a value counts in each. */
export type Metric = (timeMs: number, value: number, count?: number) => void;

/** Finds the series of a metric once, so that a value costs no look-up by name. */
export class Recorder {
  readonly #store: MetricStore;
  readonly #namespace: string;

  constructor(store: MetricStore, namespace: string) {
    this.#store = store;
    this.#namespace = namespace;
  }

  metric(
    name: string,
    unit: string,
    dimensionSets: readonly Readonly<Record<string, string>>[],
  ): Metric {
    const store = this.#store;
    const namespace = this.#namespace;
    let all: (Series | undefined)[] | undefined;
    return (timeMs, value, count) => {
      all ??= dimensionSets.map((dimensions) =>
        store.series({ namespace, name, dimensions }, unit),
      );
      for (const series of all) store.add(series, timeMs, value, count);
    };
  }
}

/** The value for a key, made when it is first asked for. */
export function cached<Value>(make: (...key: readonly string[]) => Value) {
  const values = new Map<string, Value>();
  return (...key: readonly string[]): Value => {
    const name = key.length === 1 ? (key[0] ?? '') : key.join('\0');
    let value = values.get(name);
    if (value === undefined) values.set(name, (value = make(...key)));
    return value;
  };
}
