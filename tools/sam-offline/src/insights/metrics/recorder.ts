import { Distribution } from './distribution.ts';
import type { MetricStore } from './metric-store.ts';
import type { Series } from './series.ts';

/** A metric of AWS with several sets of dimensions. Each value counts in all of them. */
export type Metric = (timeMs: number, value: number, count?: number) => void;

/** Finds the series of a metric once, so that adding a value needs no look-up by name. */
export class Recorder {
  readonly #store: MetricStore;
  readonly #namespace: string;

  constructor(store: MetricStore, namespace: string) {
    this.#store = store;
    this.#namespace = namespace;
  }

  /**
   * Adds values to a metric. It holds back the values of a second, and adds them together to each
   * set of dimensions.
   */
  metric(
    name: string,
    unit: string,
    dimensionSets: readonly Readonly<Record<string, string>>[],
  ): Metric {
    const store = this.#store;
    const namespace = this.#namespace;
    let all: (Series | undefined)[] | undefined;
    let held: Distribution | undefined;
    let heldSecond = -1;
    let lastMs = 0;
    let isWaiting = false;
    const add = (): void => {
      const values = held;
      if (values === undefined) return;
      held = undefined;
      all ??= dimensionSets.map((dimensions) =>
        store.series({ namespace, name, dimensions }, unit),
      );
      for (const series of all) store.merge(series, lastMs, values);
    };
    const settle = (): void => {
      isWaiting = false;
      add();
    };
    return (timeMs, value, count = 1) => {
      const second = Math.floor(timeMs / 1000);
      if (second !== heldSecond) add();
      if (!isWaiting) store.addLater(settle);
      isWaiting = true;
      heldSecond = second;
      lastMs = timeMs;
      (held ??= new Distribution()).add(value, count);
    };
  }
}
