import type { Alarms } from '../../alarms/index.ts';
import type { Insights } from '../../insights/index.ts';

/** What CloudWatch's operations read and change. */
export interface CloudWatchTarget {
  readonly insights: Pick<Insights, 'metrics' | 'putMetrics'>;
  readonly alarms: Pick<Alarms, 'statuses' | 'history' | 'setState' | 'setActionsEnabled'>;
  /** Gives the current time in ms since 1970. */
  readonly nowMs: () => number;
}
