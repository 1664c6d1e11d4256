import type { Insights } from '../../insights/index.ts';
import type { LogGroups } from './log-groups.ts';

export interface LogsOptions {
  readonly insights: Pick<Insights, 'queryLogs' | 'logGroups' | 'logStreams' | 'putLogs'>;
  readonly region: string;
  readonly accountId: string;
  /** Functions whose log groups exist from the start, so that they can be followed before the first invocation. */
  readonly functionNames: readonly string[];
  /** ms since 1970. */
  readonly nowMs: () => number;
}

/** What the operations of CloudWatch Logs work on. */
export interface LogsTarget extends LogsOptions {
  readonly groups: LogGroups;
}
