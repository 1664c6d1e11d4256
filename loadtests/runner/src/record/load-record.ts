import type { RunRecord } from 'artillery-engine-websocket-push/run-record';

/**
 * The engine's record of a run, and what the runner learned of the stack. The engine knows nothing of
 * the stack, and a run by Artillery alone has the engine's part only.
 */
export interface LoadRecord extends RunRecord {
  readonly stack?: StackRecord;
  /** What the generator and a stack that the run started used, the busiest process first; Linux only. */
  readonly processes?: readonly ProcessUse[];
  /** Levels that were looked at again and again while the run went on: memory, rows. */
  readonly levels?: readonly LevelSeries[];
}

/** A level over the run. */
export interface LevelSeries {
  readonly name: string;
  readonly unit: 'ms' | 'MiB' | '';
  /** `at` in ms since 1970, ascending. */
  readonly samples: readonly { readonly at: number; readonly value: number }[];
}

/** What processes of one name used during a run: those of one function, for example. */
export interface ProcessUse {
  readonly name: string;
  readonly processes: number;
  readonly cpuMs: number;
  /** Largest resident set of one of them. */
  readonly peakMemoryMiB: number;
  /** Taken with `--profile`, of the busiest processes. */
  readonly profile?: {
    /** What went on meanwhile: messages were delivered, or anything of the run. */
    readonly during: 'delivering' | 'the run';
    readonly seconds: number;
    /** Time in which it ran, of all its threads. */
    readonly busyMs: number;
    /** Time in each function without what it called, the most first. */
    readonly functions: readonly { readonly of: string; readonly selfMs: number }[];
  };
}

export interface StackRecord {
  /** Where the stack is: `local`, or the name of the deployed one. */
  readonly name: string;
  /**
   * Rows of connections in the connections table when the run was over and everybody had left, once
   * they stopped becoming fewer; absent where the table could not be read.
   */
  readonly rowsLeft?: number;
  /** Why the rows could not be counted. */
  readonly rowsUnknown?: string;
  readonly metrics: StackMetrics;
}

/** What CloudWatch had of the run, or why it could not be read. */
export type StackMetrics =
  | { readonly unavailable: string }
  | {
      /** The endpoint that was asked: a URL, or the region's CloudWatch. */
      readonly source: string;
      /** The length of a period. */
      readonly periodSeconds: number;
      readonly series: readonly StackMetric[];
    };

/** One metric of one resource over the run. */
export interface StackMetric {
  /** As CloudWatch has it: `AWS/Lambda`. */
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  /** What it is of: a function's name, a queue's; the dimensions' values, joined. */
  readonly of: string;
  readonly unit?: string;
  /** The start of each period that has a value, in seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}
