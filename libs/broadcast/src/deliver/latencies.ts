import type { Distribution } from '@blogapp/observability';

/** Sub-buckets of each power of two: a value is off by 1.6 % at most. */
const SUB_BUCKET_BITS = 5;
/** Below this, every millisecond is a bucket of its own. */
const EXACT_BELOW = 2 ** (SUB_BUCKET_BITS + 1);
const MAX_MS = 2 ** 31 - 1;

/**
 * Times, counted by how long they were. Its size depends on how much they differ and not on how many
 * there are, so a broadcast to a million counts its latencies in a few kilobytes.
 */
export class Latencies {
  readonly #counts = new Map<number, number>();

  /** @param ms a negative one counts as 0: clocks of different machines differ */
  record(ms: number): void {
    this.#add(bucketOf(ms), 1);
  }

  add(others: Latencies): void {
    for (const [value, count] of others.#counts) this.#add(value, count);
  }

  /** The recorded values (ms), each with its count. */
  distribution(): Distribution {
    return { values: [...this.#counts.keys()], counts: [...this.#counts.values()] };
  }

  #add(value: number, count: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
  }
}

/** The middle of the bucket that a value falls into. */
function bucketOf(ms: number): number {
  const value = Math.min(Math.max(0, Math.round(ms)), MAX_MS);
  if (value < EXACT_BELOW) return value;
  const shift = 31 - Math.clz32(value) - SUB_BUCKET_BITS;
  return ((value >>> shift) << shift) + 2 ** (shift - 1);
}
