export {
  applyPostChanges,
  RemovalUnfinishedError,
  type PostChangesOptions,
} from './apply-changes.ts';
export { readPostRow, readPostRows } from './read.ts';
export { removeRemains } from './removal.ts';
export { createPostsRepository, type PostsOptions } from './repository.ts';
