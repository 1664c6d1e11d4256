import { Sketch } from 'artillery-engine-websocket-push/run-record';
import type { Figure } from '../figures/index.ts';
import { bootstrapInterval, welchInterval } from '../statistics/index.ts';
import type { NamedRecord, Sides } from './sides.ts';

/** A relative change with its interval. 0.2 means 20 % more. */
export interface Change {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The number of blocks into which a run's windows are divided. Neighbouring windows are similar, so
 * they are drawn together.
 */
const BLOCKS = 12;
const ROUNDS = 2000;

/**
 * The change by the differences between runs: Welch's interval of the difference of logarithms,
 * since noise multiplies latencies. Each side needs at least two runs, all with the figure above 0.
 */
export function changeBetweenRuns(
  figure: Figure,
  { base, head }: Sides,
  confidence: number,
): Change {
  const logs = (side: readonly NamedRecord[]): number[] =>
    side.map(({ record }) => Math.log(figure.read(record) ?? Number.NaN));
  return toShares(welchInterval(logs(base), logs(head), confidence));
}

/**
 * The change by the differences between the windows of the runs: a bootstrap over blocks of
 * windows. It does not see what makes one run as a whole slower than the next.
 */
export function changeWithinRuns(
  figure: Figure,
  { base, head }: Sides,
  confidence: number,
): Change {
  const { quantile } = figure;
  if (quantile === undefined) throw new Error(`${figure.key} is not a quantile of a metric`);
  const histograms = shareBuckets(
    [base, head].map((side) => side.flatMap((one) => blocksOf(one, quantile.metric))),
  );
  const [baseBlocks = [], headBlocks = []] = histograms.sides;
  const difference = (less: readonly Histogram[], more: readonly Histogram[]): number =>
    Math.log(histograms.quantile(more, quantile.share) / histograms.quantile(less, quantile.share));
  return toShares(
    bootstrapInterval(baseBlocks, headBlocks, difference, confidence, { rounds: ROUNDS }),
  );
}

function toShares({ estimate, low, high }: Change): Change {
  return { estimate: Math.expm1(estimate), low: Math.expm1(low), high: Math.expm1(high) };
}

function blocksOf({ record }: NamedRecord, metric: string): Sketch[] {
  const windows = record.metrics[metric]?.windows ?? [];
  const length = Math.max(1, Math.ceil(windows.length / BLOCKS));
  const blocks: Sketch[] = [];
  windows.forEach(({ sketch }, index) => {
    const block = (blocks[Math.floor(index / length)] ??= new Sketch());
    block.merge(Sketch.decode(sketch));
  });
  return blocks;
}

/** The counts by bucket, in an order that all histograms of a comparison share. */
type Histogram = Float64Array;

/** Sketches as arrays, so that thousands of draws can be added quickly. */
function shareBuckets(sides: readonly (readonly Sketch[])[]): {
  readonly sides: readonly (readonly Histogram[])[];
  quantile(drawn: readonly Histogram[], share: number): number;
} {
  const bounds = new Map<number, number>();
  for (const sketch of sides.flat()) {
    for (const { from, to } of sketch.ranges()) bounds.set(from, Math.sqrt(from * to));
  }
  const ordered = [...bounds].toSorted(([a], [b]) => a - b);
  const places = new Map(ordered.map(([from], index) => [from, index]));
  const toHistogram = (sketch: Sketch): Histogram => {
    const counts = new Float64Array(ordered.length);
    for (const { from, count } of sketch.ranges()) counts[places.get(from) ?? 0] = count;
    return counts;
  };
  return {
    sides: sides.map((side) => side.map(toHistogram)),
    quantile(drawn, share) {
      const sum = new Float64Array(ordered.length);
      let total = 0;
      for (const counts of drawn) {
        for (let place = 0; place < counts.length; place += 1) {
          const count = counts[place] ?? 0;
          sum[place] = (sum[place] ?? 0) + count;
          total += count;
        }
      }
      let seen = 0;
      const rank = share * (total - 1);
      for (let place = 0; place < sum.length; place += 1) {
        seen += sum[place] ?? 0;
        if (seen > rank) return ordered[place]?.[1] ?? Number.NaN;
      }
      return Number.NaN;
    },
  };
}
