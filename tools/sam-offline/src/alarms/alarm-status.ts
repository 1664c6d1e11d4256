import type { AlarmState } from '../events/index.ts';
import type { Alarm } from '../template/index.ts';

/** An alarm with its present state. Times are in ms since 1970. */
export interface AlarmStatus {
  readonly alarm: Alarm;
  readonly state: AlarmState;
  /** The reason, in CloudWatch's words. */
  readonly reason: string;
  /** The data of the reason, as JSON. */
  readonly reasonData?: string | undefined;
  /** When the state or its reason changed. */
  readonly updatedMs: number;
  /** When the state value changed. */
  readonly transitionedMs: number;
  readonly actionsEnabled: boolean;
  /** The reason why a composite alarm does not run the actions of its state. */
  readonly suppressedBy?: 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod' | undefined;
  /** The reason why the alarm cannot be evaluated. */
  readonly evaluationError?: string | undefined;
}

export interface AlarmHistoryItem {
  readonly alarmName: string;
  readonly alarmType: 'MetricAlarm' | 'CompositeAlarm';
  readonly timeMs: number;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}
