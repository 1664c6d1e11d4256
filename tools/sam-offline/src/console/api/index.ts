export { alarmRoutes, type AlarmsAnswer, type ShownAlarm } from './alarms.ts';
export { connectionRoutes, type ShownMessage } from './connections.ts';
export type { ConsoleActions, ConsoleContext, InvokeOutcome, OpenConnection } from './context.ts';
export { dataRoutes } from './data.ts';
export { type InvocationAnswer, invocationRoutes, type InvocationRow } from './invocations.ts';
export type { LogDetail, LogLine } from './log-lines.ts';
export { type LogAnswer, logRoutes } from './logs.ts';
export { limit, range, rangeOf } from './ranges.ts';
export { type MapAnswer, type MapEdge, type MapNode, stackRoutes } from './stack.ts';
