import type { MetricAlarm } from '../template/index.ts';

/** A period that has a value. */
export interface AlarmDatapoint {
  /** Start of the period, ms since 1970. */
  readonly timeMs: number;
  readonly value: number;
}

/** What decides about an alarm's state. */
export type AlarmRuleset = Pick<
  MetricAlarm,
  | 'comparisonOperator'
  | 'threshold'
  | 'evaluationPeriods'
  | 'datapointsToAlarm'
  | 'treatMissingData'
>;
