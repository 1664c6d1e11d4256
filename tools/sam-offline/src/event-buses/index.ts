export { createEventBuses, type EventBuses, type NewEvent } from './event-buses.ts';
export type { StoredRule, StoredTarget } from './rule.ts';
