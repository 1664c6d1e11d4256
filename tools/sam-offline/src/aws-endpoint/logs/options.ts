import type { Insights } from '../../insights/index.ts';

export interface LogsOptions {
  readonly insights: Pick<Insights, 'queryLogs' | 'logGroups' | 'logStreams' | 'putLogs'>;
  readonly region: string;
  readonly accountId: string;
  /**
   * The groups that exist from the start, so that they can be followed before the first invocation.
   */
  readonly logGroups: readonly string[];
  /** Gives the current time in ms since 1970. */
  readonly nowMs: () => number;
}
