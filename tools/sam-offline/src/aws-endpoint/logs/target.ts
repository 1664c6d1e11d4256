import type { LogGroups } from './log-groups.ts';
import type { LogsOptions } from './options.ts';

/** What the operations of CloudWatch Logs read and change. */
export interface LogsTarget extends LogsOptions {
  readonly groups: LogGroups;
}
