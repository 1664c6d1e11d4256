import type { RunRecord } from 'artillery-engine-websocket-push/run-record';

/**
 * The engine's record of a run, with what the runner learned of the stack. The engine knows nothing
 * of the stack, so a run by Artillery alone has only the engine's part.
 */
export interface LoadRecord extends RunRecord {
  readonly stack?: StackRecord;
  /**
   * The use of processor time and memory by the generator, and by a stack that the run started. The
   * busiest process comes first. Linux only.
   */
  readonly processes?: readonly ProcessUse[];
  /** Levels that were read again and again during the run: memory, rows. */
  readonly levels?: readonly LevelSeries[];
}

/** A level during the run. */
export interface LevelSeries {
  readonly name: string;
  readonly unit: 'ms' | 'MiB' | '';
  /** The values, with `at` in ms since 1970, ascending. */
  readonly samples: readonly { readonly at: number; readonly value: number }[];
}

/** What the processes with one name used during a run, for example those of one function. */
export interface ProcessUse {
  readonly name: string;
  readonly processes: number;
  readonly cpuMs: number;
  /** The largest resident set of one of them. */
  readonly peakMemoryMiB: number;
  /** The profile, which is taken with `--profile` of the busiest processes. */
  readonly profile?: {
    /**
     * The phase of the run in which it was taken: while messages were delivered, or at any time.
     */
    readonly during: 'delivering' | 'the run';
    readonly seconds: number;
    /** The time in which the process ran, of all its threads. */
    readonly busyMs: number;
    /** The time in each function without the functions that it called, the longest first. */
    readonly functions: readonly { readonly of: string; readonly selfMs: number }[];
  };
}

export interface StackRecord {
  /** The stack: `local`, or the name of a deployed one. */
  readonly name: string;
  /**
   * How many rows of connections were left in the connections table after the run, when all clients
   * had left and the number had stopped falling. Absent if the table could not be read.
   */
  readonly rowsLeft?: number;
  /** The reason why the rows could not be counted. */
  readonly rowsUnknown?: string;
  readonly metrics: StackMetrics;
}

/** CloudWatch's metrics of the time of the run, or the reason why they could not be read. */
export type StackMetrics =
  | { readonly unavailable: string }
  | {
      /** The endpoint that they were read from: a URL, or the region's CloudWatch. */
      readonly source: string;
      /** The length of a period, in seconds. */
      readonly periodSeconds: number;
      readonly series: readonly StackMetric[];
    };

/** One metric of one resource during the run. */
export interface StackMetric {
  /** The name in CloudWatch: `AWS/Lambda`. */
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  /** The resource: the name of a function or a queue, or the values of the dimensions, joined. */
  readonly of: string;
  readonly unit?: string;
  /** The starts of the periods that have values, in seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}
