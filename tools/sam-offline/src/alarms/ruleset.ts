import type { MetricAlarm } from '../template/index.ts';

/** A period that has a value. */
export interface AlarmDatapoint {
  /** The start of the period, in ms since 1970. */
  readonly timeMs: number;
  readonly value: number;
}

/** The settings that decide about an alarm's state. */
export type AlarmRuleset = Pick<
  MetricAlarm,
  | 'comparisonOperator'
  | 'threshold'
  | 'evaluationPeriods'
  | 'datapointsToAlarm'
  | 'treatMissingData'
>;
