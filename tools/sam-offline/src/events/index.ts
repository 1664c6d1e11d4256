export type { AlarmState } from './alarm-facts.ts';
export type { AuthorizerResult, IntegrationResult } from './api-facts.ts';
export type { Belonging } from './belonging.ts';
export {
  type Content,
  createEventBus,
  type EventBus,
  type EventListener,
  type Events,
} from './bus.ts';
export { elapsedMs } from './elapsed.ts';
export type { EventOf, EventType, StackEvent } from './event.ts';
export type { InvocationReport, OfLogs } from './lambda-facts.ts';
export type { CalledResource, MetricDatum, StatisticSet } from './service-facts.ts';
export type { StackResource } from './stack-facts.ts';
