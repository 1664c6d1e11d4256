import type { AlarmState } from '../events/index.ts';
import type { Alarm } from '../template/index.ts';

/** An alarm as it is now. Times are in ms since 1970. */
export interface AlarmStatus {
  readonly alarm: Alarm;
  readonly state: AlarmState;
  /** In CloudWatch's words. */
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string | undefined;
  /** When the state or its reason changed. */
  readonly updatedMs: number;
  /** When the state changed. */
  readonly transitionedMs: number;
  readonly actionsEnabled: boolean;
  /** Why a composite alarm does not run the actions for its state. */
  readonly suppressedBy?: 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod' | undefined;
  /** Why the alarm cannot be evaluated. */
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
