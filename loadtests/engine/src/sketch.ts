/**
 * A mergeable histogram of positive values: counts in buckets whose bounds grow by 1 %.
 *
 * Merging adds the buckets' counts, so it is exact: the merged sketch is the same as one of all the
 * values, in whatever order and on whatever machines they came. `@datadog/sketches-js` promises the
 * same; it is not used because it brings protobufjs, and because a plain object of whole numbers
 * can be written to a JSON file and read by anything.
 */

/**
 * The ratio of a bucket's upper bound to its lower bound. A value that is read back differs by 1 % at
 * most.
 */
const growth = 1.01;
const logGrowth = Math.log(growth);
/** Smaller values (ms: a tenth of a microsecond) and negative ones count as this value. */
const smallest = 1e-4;

/**
 * The encoded form of a sketch. `buckets` has bucket numbers and counts alternately, in ascending
 * order.
 */
export interface EncodedSketch {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: readonly number[];
}

export class Sketch {
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;
  readonly #buckets = new Map<number, number>();

  get count(): number {
    return this.#count;
  }

  /** The sum of all values. */
  get sum(): number {
    return this.#sum;
  }

  /** The smallest value, exactly. `NaN` if there are no values. */
  get min(): number {
    return this.#count === 0 ? NaN : this.#min;
  }

  /** The largest value, exactly. `NaN` if there are no values. */
  get max(): number {
    return this.#count === 0 ? NaN : this.#max;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  /** Counts a value `times` times. Something that is not a number is not counted. */
  add(value: number, times = 1): void {
    if (Number.isNaN(value) || times <= 0) return;
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const bucket = bucketOf(value);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times);
  }

  /** Adds everything that `other` counted. `other` does not change. */
  merge(other: Sketch): this {
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    for (const [bucket, count] of other.#buckets) {
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    }
    return this;
  }

  /**
   * The value below which the share `q` (0 to 1) of the values lies. A bucket's values are taken to lie
   * evenly in it: the error is 1 % at most, 0.5 % if the bucket has one value, and far less if there
   * are many. The smallest and the largest value are exact. `NaN` if there are no values.
   */
  quantile(q: number): number {
    if (this.#count === 0) return NaN;
    const rank = Math.max(0, Math.min(1, q)) * (this.#count - 1);
    if (rank <= 0) return this.#min;
    if (rank >= this.#count - 1) return this.#max;
    let seen = 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen <= rank) continue;
      const share = (rank - (seen - count) + 0.5) / count;
      const value = smallest * growth ** (bucket + Math.min(1, share));
      return Math.min(this.#max, Math.max(this.#min, value));
    }
    return this.#max;
  }

  /**
   * The bounds of buckets (in the values' unit) and their counts in ascending order, for heat maps.
   */
  *ranges(): Generator<{ from: number; to: number; count: number }> {
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      yield { from: smallest * growth ** bucket, to: smallest * growth ** (bucket + 1), count };
    }
  }

  encode(): EncodedSketch {
    const buckets = [...this.#buckets].sort(([a], [b]) => a - b).flat();
    return this.#count === 0
      ? { count: 0, sum: 0, min: 0, max: 0, buckets }
      : { count: this.#count, sum: this.#sum, min: this.#min, max: this.#max, buckets };
  }

  /**
   * Decodes a sketch.
   *
   * @throws Error if the counts of the buckets do not add up to `count`
   */
  static decode(encoded: EncodedSketch): Sketch {
    const sketch = new Sketch();
    if (encoded.count === 0) return sketch;
    sketch.#count = encoded.count;
    sketch.#sum = encoded.sum;
    sketch.#min = encoded.min;
    sketch.#max = encoded.max;
    let total = 0;
    for (let at = 0; at + 1 < encoded.buckets.length; at += 2) {
      const count = encoded.buckets[at + 1] ?? 0;
      sketch.#buckets.set(encoded.buckets[at] ?? 0, count);
      total += count;
    }
    if (total !== encoded.count) {
      throw new Error(
        `a sketch says that it holds ${encoded.count} values, but its buckets hold ${total}: the file is damaged`,
      );
    }
    return sketch;
  }
}

function bucketOf(value: number): number {
  return value <= smallest ? 0 : Math.floor(Math.log(value / smallest) / logGrowth);
}
