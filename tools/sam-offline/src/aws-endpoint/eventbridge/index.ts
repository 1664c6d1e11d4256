export { createEventBridge } from './eventbridge.ts';
