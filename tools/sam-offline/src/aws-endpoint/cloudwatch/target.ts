import type { Insights } from '../../insights/index.ts';

/** What CloudWatch's operations work on. */
export interface CloudWatchTarget {
  readonly insights: Pick<Insights, 'metrics' | 'putMetrics'>;
  /** ms since 1970. */
  readonly nowMs: () => number;
}
