import type { Insights } from '../../insights/index.ts';

export interface XRayTarget {
  readonly insights: Pick<Insights, 'traces' | 'putSegments'>;
  readonly accountId: string;
  /** Gives the current time in ms since 1970. */
  readonly nowMs: () => number;
}
