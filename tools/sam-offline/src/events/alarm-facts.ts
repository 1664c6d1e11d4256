import type { FactOf } from './belonging.ts';

/** The state of a CloudWatch alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Facts about the template's alarms. */
export type AlarmFact =
  /** An alarm changed its state. */
  FactOf<
    'alarm.changed',
    {
      readonly alarmName: string;
      readonly alarmArn: string;
      readonly state: AlarmState;
      readonly previousState: AlarmState;
      /** The reason, in CloudWatch's words. */
      readonly reason: string;
    }
  >;
