/**
 * The most different values that are kept as they are. Counts, bytes and status flags never have
 * more; durations soon do.
 */
const MAXIMUM_EXACT_VALUES = 64;
/** The largest relative error of a value that is kept in a bin: 0.5 %. */
const RELATIVE_ERROR = 0.005;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Smaller values count as zero, since more bins would add no information. */
const SMALLEST = 1e-9;
/** The bins of negative values and of zero. They must differ from those of positive values. */
const ZERO_BIN = -100_000;
const NEGATIVE_BINS = 1_000_000;

/** A value, and the number of times that it occurred. */
export interface WeightedValue {
  readonly value: number;
  readonly count: number;
}

/**
 * The values of a metric in one period. Distributions merge without loss: the merged one is the
 * same as one that got all the values itself. Count, sum, minimum and maximum are exact. Values are
 * exact while few differ; beyond that they are kept in bins of 0.5 % (a DDSketch,
 * https://www.vldb.org/pvldb/vol12/p2195-masson.pdf), so percentiles are right within 0.5 %.
 */
export class Distribution {
  count = 0;
  sum = 0;
  minimum = Infinity;
  maximum = -Infinity;
  /** False if a part came as a statistic set. Then there are no percentiles, as on AWS. */
  hasValues = true;
  /** Absent while all values are the same. The keys are values, or bins if `#isBinned`. */
  #counts: Map<number, number> | undefined;
  #isBinned = false;

  /**
   * Adds a value.
   *
   * @param count how often the value occurred; fractions are allowed, as in `Counts`
   */
  add(value: number, count = 1): void {
    if (this.#counts === undefined) {
      if (this.count === 0 || value === this.minimum) {
        if (this.count === 0) {
          this.minimum = value;
          this.maximum = value;
        }
        this.count += count;
        this.sum += value * count;
        return;
      }
      this.#counts = new Map([[this.minimum, this.count]]);
    }
    this.count += count;
    this.sum += value * count;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    this.#addTo(this.#counts, value, count);
  }

  /** Adds the minimum, maximum, sum and sample count of values that are not known one by one. */
  addStatistics(minimum: number, maximum: number, sum: number, sampleCount: number): void {
    if (sampleCount <= 0) return;
    if (minimum === maximum) {
      this.add(minimum, sampleCount);
      return;
    }
    this.hasValues = false;
    this.#counts ??= new Map(this.count === 0 ? [] : [[this.minimum, this.count]]);
    this.count += sampleCount;
    this.sum += sum;
    this.minimum = Math.min(this.minimum, minimum);
    this.maximum = Math.max(this.maximum, maximum);
  }

  /** Adds the values of another distribution, which does not change. */
  merge(other: Distribution): void {
    if (other.count === 0) return;
    if (other.#counts === undefined) {
      this.add(other.minimum, other.count);
      return;
    }
    this.#counts ??= new Map(this.count === 0 ? [] : [[this.minimum, this.count]]);
    if (other.#isBinned && !this.#isBinned) this.#toBins();
    const counts = this.#counts;
    for (const [key, count] of other.#counts) {
      if (other.#isBinned) counts.set(key, (counts.get(key) ?? 0) + count);
      else this.#addTo(counts, key, count);
    }
    this.count += other.count;
    this.sum += other.sum;
    this.minimum = Math.min(this.minimum, other.minimum);
    this.maximum = Math.max(this.maximum, other.maximum);
    this.hasValues &&= other.hasValues;
  }

  /** The values with their counts, lowest first. */
  values(): WeightedValue[] {
    if (this.count === 0) return [];
    if (this.#counts === undefined) return [{ value: this.minimum, count: this.count }];
    const values = [...this.#counts].map(([key, count]) => ({
      // The middle of a bin may be outside of the range of the values.
      value: this.#isBinned ? Math.min(this.maximum, Math.max(this.minimum, valueOfBin(key))) : key,
      count,
    }));
    return values.sort((a, b) => a.value - b.value);
  }

  #addTo(counts: Map<number, number>, value: number, count: number): void {
    const key = this.#isBinned ? binOf(value) : value;
    counts.set(key, (counts.get(key) ?? 0) + count);
    if (!this.#isBinned && counts.size > MAXIMUM_EXACT_VALUES) this.#toBins();
  }

  #toBins(): void {
    const exact = this.#counts ?? new Map<number, number>();
    this.#isBinned = true;
    const bins = new Map<number, number>();
    for (const [value, count] of exact) {
      const bin = binOf(value);
      bins.set(bin, (bins.get(bin) ?? 0) + count);
    }
    // Changes the map itself, since callers may hold a reference to it.
    exact.clear();
    for (const [bin, count] of bins) exact.set(bin, count);
    this.#counts = exact;
  }
}

function binOf(value: number): number {
  const size = Math.abs(value);
  if (size < SMALLEST) return ZERO_BIN;
  const bin = Math.ceil(Math.log(size) / LOG_GAMMA);
  return value > 0 ? bin : NEGATIVE_BINS - bin;
}

function valueOfBin(bin: number): number {
  if (bin === ZERO_BIN) return 0;
  if (bin > NEGATIVE_BINS / 2) return -valueOfBin(NEGATIVE_BINS - bin);
  return (2 * GAMMA ** bin) / (GAMMA + 1);
}
