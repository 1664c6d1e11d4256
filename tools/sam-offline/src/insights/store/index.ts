export { EventStore } from './event-store.ts';
