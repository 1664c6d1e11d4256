export type { ActionTargets } from './actions.ts';
export { alarmNameOf, parseAlarmRule } from './alarm-rule.ts';
export type { AlarmHistoryItem, AlarmStatus } from './alarm-status.ts';
export { type Alarms, type AlarmsOptions, startAlarms } from './start-alarms.ts';
