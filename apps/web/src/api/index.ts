export { readingClient, SignedOutError, writingClient } from './clients.ts';
export { describeFailure, isNotFound } from './failures.ts';
export { keptByKey } from './kept.ts';
export { listenersOf, type Listeners } from './listeners.ts';
export { createResource, type ReadState, type Resource } from './resource.ts';
export { useResource } from './use-resource.ts';
