export { ContentionError, UnprocessedError } from '@blogapp/retries';
export { applyCommentChanges, type CommentChangesOptions } from './comments/apply-changes.ts';
export {
  MAX_REPLAYED_EVENTS,
  readReplay,
  type Replay,
  type ReplayOptions,
} from './comments/replay.ts';
export { createCommentsRepository, type CommentsOptions } from './comments/repository.ts';
export type * from './contract.ts';
export * from './document-client.ts';
export * from './dynamodb-client.ts';
export * from './errors.ts';
export { createFavoritesRepository, type FavoritesOptions } from './favorites/repository.ts';
export {
  applyPostChanges,
  RemovalUnfinishedError,
  type PostChangesOptions,
} from './posts/apply-changes.ts';
export { createPostsRepository, type PostsOptions } from './posts/repository.ts';
export { EXCERPT_LENGTH } from './posts/rows.ts';
export {
  CLAIM_LIFE_MS,
  createIdempotencyStore,
  IDEMPOTENCY_LIFE_MS,
  type IdempotencyOptions,
} from './requests/idempotency.ts';
export {
  createRateLimiter,
  type RateLimiterOptions,
  type RequestControlsTable,
} from './requests/rate-limiter.ts';
export type { BatchError, BatchOutcome, Publish, StreamRecord } from './streams/record.ts';
