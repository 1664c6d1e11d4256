import type { EventBus } from '../events/index.ts';
import type { Insights } from './insights.ts';

export interface InsightsOptions {
  /** Absolute: the data folder's `events`. Made where it does not exist. */
  readonly directory: string;
  /** What it listens to. Absent: it only reads what a run has stored. */
  readonly bus?: EventBus | undefined;
  /** Forget earlier runs. */
  readonly clean?: boolean | undefined;
}
export type OpenInsights = (options: InsightsOptions) => Promise<Insights>;
