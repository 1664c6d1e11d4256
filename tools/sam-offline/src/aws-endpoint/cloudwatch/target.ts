import type { Alarms } from '../../alarms/index.ts';
import type { Insights } from '../../insights/index.ts';

/** What CloudWatch's operations work on. */
export interface CloudWatchTarget {
  readonly insights: Pick<Insights, 'metrics' | 'putMetrics'>;
  readonly alarms: Pick<Alarms, 'statuses' | 'history' | 'setState' | 'setActionsEnabled'>;
  /** ms since 1970. */
  readonly nowMs: () => number;
}
