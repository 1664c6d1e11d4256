import type { RunRecord } from 'artillery-engine-websocket-push/run-record';

/**
 * The engine's record of a run, and what the runner learned of the stack. The engine knows nothing of
 * the stack, and a run by Artillery alone has the engine's part only.
 */
export interface LoadRecord extends RunRecord {
  readonly stack?: StackRecord;
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
