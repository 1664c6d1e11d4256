import type { Metric, RatioDefinition, Row } from './report.ts';
import type { Comparison } from './table.ts';

/** What a bench's module exports as `bench`. */
export interface Bench {
  /** One sentence for the list of benches. */
  readonly summary: string;
  run(options: BenchOptions): Promise<BenchResult>;
}

export interface BenchOptions {
  /** How often each variant is measured; undefined where the command line does not say. */
  readonly rounds: number | undefined;
  /** Fewer rounds and smaller counts: a check that the bench works, whose figures are not to be quoted. */
  readonly quick: boolean;
  /** Another checkout of this repository to be measured in the same run. Absolute. */
  readonly against?: string | undefined;
  /** Where logs and other files of the run go; nothing in it is committed. */
  readonly workDirectory: string;
}

/** What the command prints and writes. */
export interface BenchResult {
  readonly metrics: readonly Metric[];
  readonly rows: readonly Row[];
  /** By the name that each has in the JSON. */
  readonly ratios: Readonly<Record<string, RatioDefinition>>;
  readonly comparison: Comparison;
  /** What a reader of the figures has to know about this run. */
  readonly notes: readonly string[];
}
