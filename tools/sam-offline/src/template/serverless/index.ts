export { eventsOf, type FunctionEvent } from './events.ts';
export { expandServerless } from './expand.ts';
export type { ExpandedResources } from './expansion.ts';
