export { createEventBus, type EventBus, type StackEvent } from './events/index.ts';
export type { Insights } from './insights/index.ts';
export * from './stack/index.ts';
export { loadStack, type LoadStackOptions, TemplateError } from './template/index.ts';
