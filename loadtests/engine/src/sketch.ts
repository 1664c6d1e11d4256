/**
 * A mergeable histogram of positive values: counts in buckets whose bounds grow by 1 %.
 *
 * Merging adds the buckets' counts, so that merging is exact: the merged sketch is the one that all the
 * values together would have made, in whatever order and on whatever machines. `@datadog/sketches-js`
 * promises the same; it is not used because it brings protobufjs, and because a plain object of whole
 * numbers can be written to a JSON file and read by anything.
 */

/** A bucket's upper bound is this many times its lower bound, so a value read back is at most 0.5 % off. */
const growth = 1.01;
const logGrowth = Math.log(growth);
/** Values below this (ms: a tenth of a microsecond) and negative ones are counted as this value. */
const smallest = 1e-4;

/** A sketch as it is written: `buckets` holds bucket number and count in turn, in ascending order. */
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

  /** The smallest value, exactly; `NaN` without values. */
  get min(): number {
    return this.#count === 0 ? NaN : this.#min;
  }

  /** The largest value, exactly; `NaN` without values. */
  get max(): number {
    return this.#count === 0 ? NaN : this.#max;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  /** Counts a value `times` times. A value that is not a number is not counted. */
  add(value: number, times = 1): void {
    if (Number.isNaN(value) || times <= 0) return;
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const bucket = bucketOf(value);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times);
  }

  /** Adds everything that `other` counted. `other` stays as it is. */
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
   * The value below which the share `q` (0 to 1) of the values lies, within 0.5 % of it; `NaN` without
   * values. The smallest and the largest are exact.
   */
  quantile(q: number): number {
    if (this.#count === 0) return NaN;
    const rank = Math.max(0, Math.min(1, q)) * (this.#count - 1);
    if (rank <= 0) return this.#min;
    if (rank >= this.#count - 1) return this.#max;
    let seen = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      seen += this.#buckets.get(bucket) ?? 0;
      if (seen > rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
    }
    return this.#max;
  }

  /** Bucket bounds (the values' unit) and counts in ascending order, for heat maps. */
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

  /** @throws Error when the counts of the buckets do not add up to `count` */
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

function middleOf(bucket: number): number {
  return smallest * growth ** (bucket + 0.5);
}
