import type { MetricDatum } from '../../events/index.ts';
import type { Datapoint, ListedMetric, MetricFilter, MetricId, MetricQuery } from '../queries.ts';
import { Distribution } from './distribution.ts';
import { Series } from './series.ts';
import { parseStatistic } from './statistics.ts';

/**
 * The limits of the store. Beyond them, old seconds become minutes, and the oldest minutes are
 * dropped.
 */
export interface MetricStoreLimits {
  /** The number of different metrics, each with its dimensions and unit. */
  readonly series: number;
  /** The number of seconds with values, over all metrics. */
  readonly seconds: number;
  /** The number of minutes with values, over all metrics. */
  readonly minutes: number;
}

/** A second or minute takes some 200 bytes, so all of them take 60 MB at most. */
const DEFAULT_LIMITS: MetricStoreLimits = { series: 20_000, seconds: 150_000, minutes: 150_000 };

/** CloudWatch keeps values by the second for three hours, and then by the minute. */
const SECONDS_KEPT_MS = 3 * 3600 * 1000;

interface Aged {
  readonly series: Series;
  readonly start: number;
}

/** The values of all metrics, by the second, and by the minute when they are older. */
export class MetricStore {
  /** The series by namespace, name and dimensions, and then by unit. */
  readonly #series = new Map<string, Map<string, Series>>();
  #seriesCount = 0;
  readonly #limits: MetricStoreLimits;
  readonly #onFull: () => void;
  #seconds = new Queue<Aged>();
  #minutes = new Queue<Aged>();
  #isFull = false;
  /** Functions that add values that they hold back. They are called before each query. */
  #waiting: (() => void)[] = [];

  /** @param onFull called once, when there are so many metrics that a new one is refused */
  constructor(onFull: () => void = () => undefined, limits: Partial<MetricStoreLimits> = {}) {
    this.#onFull = onFull;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** The series that takes the values of a metric. Undefined if the store is full. */
  series(id: MetricId, unit: string): Series | undefined {
    const key = keyOf(id);
    const existing = this.#series.get(key)?.get(unit);
    if (existing !== undefined) return existing;
    if (this.#seriesCount >= this.#limits.series) {
      if (!this.#isFull) this.#onFull();
      this.#isFull = true;
      return undefined;
    }
    const made = new Series(id, unit);
    this.#seriesCount += 1;
    const units = this.#series.get(key);
    if (units === undefined) this.#series.set(key, new Map([[unit, made]]));
    else units.set(unit, made);
    return made;
  }

  /**
   * Adds a value.
   *
   * @param timeMs ms since 1970
   */
  add(series: Series | undefined, timeMs: number, value: number, count = 1): void {
    if (series === undefined) return;
    this.#distribution(series, timeMs).add(value, count);
  }

  /** Adds the values of one second. */
  merge(series: Series | undefined, timeMs: number, values: Distribution): void {
    if (series !== undefined) this.#distribution(series, timeMs).merge(values);
  }

  /** Registers a function that adds held-back values before each query. */
  addLater(add: () => void): void {
    this.#waiting.push(add);
  }

  /** Adds the metrics of PutMetricData or of an EMF line. */
  addDatum(namespace: string, timeMs: number, datum: MetricDatum): void {
    const { metricName, dimensions, unit, values, counts, statisticSet } = datum;
    const series = this.series({ namespace, name: metricName, dimensions }, unit);
    if (series === undefined) return;
    const distribution = this.#distribution(series, timeMs);
    values.forEach((value, index) => {
      distribution.add(value, counts?.[index] ?? 1);
    });
    if (statisticSet !== undefined) {
      const { minimum, maximum, sum, sampleCount } = statisticSet;
      distribution.addStatistics(minimum, maximum, sum, sampleCount);
    }
  }

  /** The metrics that a filter admits. Each is listed once, with its latest unit. */
  list(filter: MetricFilter = {}): ListedMetric[] {
    this.#settle();
    const found: ListedMetric[] = [];
    for (const units of this.#series.values()) {
      const [latest] = [...units.values()].sort((a, b) => b.lastValueMs - a.lastValueMs);
      if (latest === undefined || !admits(filter, latest.id)) continue;
      const { id, unit, lastValueMs } = latest;
      if (lastValueMs > 0 && lastValueMs >= (filter.activeSinceMs ?? 0))
        found.push({ ...id, unit, lastValueMs });
    }
    return found;
  }

  /** @throws StatisticError */
  query(query: MetricQuery): Datapoint[] {
    this.#settle();
    const statistics = query.statistics.map((name) => [name, parseStatistic(name)] as const);
    const periodMs = query.periodSeconds * 1000;
    const { originMs = 0 } = query;
    const points: Datapoint[] = [];
    for (const series of this.#series.get(keyOf(query))?.values() ?? []) {
      if ((query.unit ?? series.unit) !== series.unit) continue;
      const periods = new Map<number, Distribution>();
      series.forEach(query.startMs, query.endMs, (startMs, distribution) => {
        const period = Math.floor((startMs - originMs) / periodMs) * periodMs + originMs;
        let merged = periods.get(period);
        if (merged === undefined) periods.set(period, (merged = new Distribution()));
        merged.merge(distribution);
      });
      for (const [timestampMs, distribution] of periods) {
        const values = statistics
          .map(([name, statistic]) => [name, statistic(distribution)] as const)
          .filter((entry): entry is readonly [string, number] => entry[1] !== undefined);
        if (values.length === 0 && statistics.length > 0) continue;
        points.push({ timestampMs, unit: series.unit, statistics: Object.fromEntries(values) });
      }
    }
    return points.sort((a, b) => a.timestampMs - b.timestampMs);
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const add of waiting) add();
  }

  #distribution(series: Series, timeMs: number): Distribution {
    if (timeMs > series.lastValueMs) series.lastValueMs = timeMs;
    const start = Math.floor(timeMs / 1000);
    const existing = series.second(start);
    if (existing !== undefined) return existing;
    const made = series.addSecond(start);
    this.#seconds.push({ series, start });
    this.#age(timeMs);
    return made;
  }

  /** Turns old seconds into minutes, and drops the oldest minutes beyond the limit. */
  #age(nowMs: number): void {
    for (;;) {
      const oldest = this.#seconds.first();
      if (oldest === undefined) break;
      const isOld = nowMs - oldest.start * 1000 > SECONDS_KEPT_MS;
      if (!isOld && this.#seconds.length <= this.#limits.seconds) break;
      this.#seconds.shift();
      const minute = oldest.series.secondToMinute(oldest.start);
      if (minute !== undefined) this.#minutes.push({ series: oldest.series, start: minute });
    }
    while (this.#minutes.length > this.#limits.minutes) {
      const oldest = this.#minutes.shift();
      oldest?.series.dropMinute(oldest.start);
    }
  }
}

/** A queue whose `shift` does not move the remaining elements. */
class Queue<Item> {
  #items: Item[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  first(): Item | undefined {
    return this.#items[this.#head];
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head > 10_000 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const parts = Object.keys(dimensions)
    .sort()
    .map((key) => `${key}\0${dimensions[key] ?? ''}`);
  return [namespace, name, ...parts].join('\0');
}

function admits(filter: MetricFilter, { namespace, name, dimensions }: MetricId): boolean {
  return (
    (filter.namespace ?? namespace) === namespace &&
    (filter.name ?? name) === name &&
    Object.entries(filter.dimensions ?? {}).every(
      ([key, value]) =>
        Object.hasOwn(dimensions, key) && (value ?? dimensions[key]) === dimensions[key],
    )
  );
}
