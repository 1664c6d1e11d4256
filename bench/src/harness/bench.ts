import type { Metric, RatioDefinition, Row } from './report.ts';
import type { Comparison } from './table.ts';

/** What a bench's module exports as `bench`. */
export interface Bench {
  /** One sentence for the list of benches. */
  readonly summary: string;
  run(options: BenchOptions): Promise<BenchResult>;
}

export interface BenchOptions {
  /** How often each variant is measured; undefined when the command line does not say it. */
  readonly rounds: number | undefined;
  /**
   * Whether to make fewer rounds with smaller counts. This only checks that the bench works: do not
   * quote its figures.
   */
  readonly quick: boolean;
  /**
   * The absolute path of another checkout of this repository, which is measured in the same run.
   */
  readonly against?: string | undefined;
  /** The folder for logs and other files of the run; Git ignores it. */
  readonly workDirectory: string;
}

/** What the command prints and writes. */
export interface BenchResult {
  readonly metrics: readonly Metric[];
  readonly rows: readonly Row[];
  /** The ratios, by their names in the JSON. */
  readonly ratios: Readonly<Record<string, RatioDefinition>>;
  readonly comparison: Comparison;
  /** What a reader of the figures must know about this run. */
  readonly notes: readonly string[];
}
