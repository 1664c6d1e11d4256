export { ContentionError, UnprocessedError } from '@blogapp/retries';
export {
  applyCommentChanges,
  createCommentsRepository,
  MAX_REPLAYED_EVENTS,
  readReplay,
  type CommentChangesOptions,
  type CommentsOptions,
  type Replay,
  type ReplayOptions,
} from './comments/index.ts';
export type * from './contract.ts';
export * from './document-client.ts';
export * from './dynamodb-client.ts';
export * from './errors.ts';
export * from './favorites/index.ts';
export {
  applyPostChanges,
  createPostsRepository,
  RemovalUnfinishedError,
  type PostChangesOptions,
  type PostsOptions,
} from './posts/index.ts';
export * from './requests/index.ts';
export { EXCERPT_LENGTH } from './rows/index.ts';
export type { BatchError, BatchOutcome, Publish, StreamRecord } from './streams/index.ts';
