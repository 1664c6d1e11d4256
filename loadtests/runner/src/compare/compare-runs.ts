import type { Figure } from '../figures/index.ts';
import { mean, median } from '../statistics/index.ts';
import { JUDGED } from './judged.ts';
import type { NamedRecord, Sides } from './sides.ts';
import { changeBetweenRuns, changeWithinRuns, type Change } from './change.ts';

export interface ComparisonRow {
  readonly figure: Figure;
  /** The figure's value in each run. */
  readonly base: readonly number[];
  readonly head: readonly number[];
  /** The medians of the runs. */
  readonly baseValue: number;
  readonly headValue: number;
  /** The relative change and its interval. Undefined for faults, which are counted. */
  readonly change?: Change;
  readonly verdict: 'better' | 'worse' | 'noise';
  /** The reason for the verdict. */
  readonly because: string;
}

export interface Comparison {
  readonly sides: Sides;
  /**
   * `runs`: the intervals come from the differences between runs. `windows`: they come from those
   * within single runs.
   */
  readonly method: 'runs' | 'windows';
  /**
   * The confidence of each interval. It is chosen so that all intervals together hold with 95 %.
   */
  readonly confidence: number;
  /** Smaller changes count as noise, however certain they are. A share: 0.05 is 5 %. */
  readonly minimumEffect: number;
  readonly rows: readonly ComparisonRow[];
  /** The figures that some runs measured and others did not, each as a sentence. */
  readonly gaps: readonly string[];
  readonly verdict: 'better' | 'worse' | 'noise';
}

/**
 * The probability that two sets of runs of the same commit differ by their verdict in any figure of
 * speed.
 */
const FALSE_ALARM = 0.05;
/** See `docs/load-testing.md`, “Comparing runs”. */
const MINIMUM_EFFECT = { runs: 0.05, windows: 0.1 };
/** Occasional faults below this share of what was owed or tried are ignored. */
const FEW_FAULTS = 0.001;

/** Compares runs, figure by figure. */
export function compareRuns(sides: Sides): Comparison {
  const { base, head } = sides;
  const method = base.length >= 2 && head.length >= 2 ? 'runs' : 'windows';
  const measured = JUDGED.speed.filter(
    (figure) =>
      isMeasured(figure, [...base, ...head]) &&
      (method === 'runs' || figure.quantile !== undefined),
  );
  const confidence = 1 - FALSE_ALARM / Math.max(1, measured.length);
  const minimumEffect = MINIMUM_EFFECT[method];
  const speed = measured.map((figure): ComparisonRow => {
    const change =
      method === 'runs'
        ? changeBetweenRuns(figure, sides, confidence)
        : changeWithinRuns(figure, sides, confidence);
    return { ...valuesOf(figure, sides), change, ...judge(figure, change, method, minimumEffect) };
  });
  const faults = [
    ...JUDGED.exact.map((figure) => judgeFaults(figure, sides, 0)),
    ...JUDGED.occasional.map((figure) => judgeFaults(figure, sides, FEW_FAULTS)),
  ].flatMap((row) => row ?? []);
  const rows = [...speed, ...faults];
  const has = (verdict: ComparisonRow['verdict']): boolean =>
    rows.some((row) => row.verdict === verdict);
  return {
    ...{ sides, method, confidence, minimumEffect, rows, gaps: gapsIn([...base, ...head]) },
    verdict: has('worse') ? 'worse' : has('better') ? 'better' : 'noise',
  };
}

function gapsIn(records: readonly NamedRecord[]): string[] {
  return JUDGED.speed.flatMap((figure) => {
    const lacking = records.filter((one) => !isMeasured(figure, [one]));
    if (lacking.length === 0 || lacking.length === records.length) return [];
    const paths = lacking.map(({ path }) => path).join(', ');
    return [`${figure.label}: not compared, since ${paths} measured none, unlike the other runs.`];
  });
}

function isMeasured(figure: Figure, records: readonly NamedRecord[]): boolean {
  return records.every(({ record }) => {
    const value = figure.read(record);
    return value !== undefined && value > 0;
  });
}

function valuesOf(figure: Figure, { base, head }: Sides) {
  const read = (side: readonly NamedRecord[]): number[] =>
    side.flatMap(({ record }) => figure.read(record) ?? []);
  const [baseValues, headValues] = [read(base), read(head)];
  return {
    figure,
    base: baseValues,
    head: headValues,
    baseValue: median(baseValues),
    headValue: median(headValues),
  };
}

function judge(
  { better }: Figure,
  { estimate, low, high }: Change,
  method: Comparison['method'],
  minimumEffect: number,
): Pick<ComparisonRow, 'verdict' | 'because'> {
  // Single runs do not show how much runs differ, so the whole interval has to be beyond the limit.
  const threshold = method === 'runs' ? 0 : minimumEffect;
  const up = low > threshold && estimate >= minimumEffect;
  const down =
    high < -threshold / (1 + threshold) && estimate <= -minimumEffect / (1 + minimumEffect);
  if (up || down) {
    return {
      verdict: up === (better === 'higher') ? 'better' : 'worse',
      because: 'the interval excludes it',
    };
  }
  const because =
    low <= threshold && high >= -threshold
      ? 'the interval holds no change'
      : `the change is smaller than ${100 * minimumEffect} %`;
  return { verdict: 'noise', because };
}

/**
 * Judges faults, which are counted and not estimated. If there must be none, one fault is a
 * difference. Faults that occur now and then differ if every run of one side has more of them than
 * every run of the other, more than twice as many, and not only a few.
 *
 * @param few the share of what was owed up to which faults are ignored; with 0, none are ignored
 */
function judgeFaults(figure: Figure, sides: Sides, few: number): ComparisonRow | undefined {
  const values = valuesOf(figure, sides);
  const { base, head } = values;
  if (base.length < sides.base.length || head.length < sides.head.length) return undefined;
  if (base.every((count) => count === 0) && head.every((count) => count === 0)) {
    return { ...values, verdict: 'noise', because: 'there were none' };
  }
  const isMore = (
    more: readonly number[],
    less: readonly number[],
    side: readonly NamedRecord[],
  ): boolean => {
    const tried = mean(
      side.map(({ record }) => Math.max(record.ledger.owed, record.ledger.published, 1)),
    );
    const noneBefore = less.every((count) => count === 0);
    if (few === 0 && noneBefore) return more.some((count) => count > 0);
    return (
      Math.min(...more) > Math.max(...less) &&
      mean(more) > 2 * mean(less) &&
      mean(more) > few * tried
    );
  };
  if (isMore(head, base, sides.head))
    return { ...values, verdict: 'worse', because: 'there are more of them' };
  if (isMore(base, head, sides.base))
    return { ...values, verdict: 'better', because: 'there are fewer of them' };
  return { ...values, verdict: 'noise', because: 'they come now and then' };
}
