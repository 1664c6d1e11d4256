export { createTopics, type Topics, type TopicsOptions } from './topics.ts';
export type { Publication, StoredSubscription, StoredTopic } from './stored.ts';
