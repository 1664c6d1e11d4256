export { parseExpression, type ScheduleExpression, ScheduleExpressionError } from './expression.ts';
export { startTimer, type Timer, type TimerOptions } from './timer.ts';
export {
  createSchedules,
  type Schedules,
  type ScheduleSettings,
  type StoredSchedule,
} from './schedules.ts';
