export { applyCommentChanges, type CommentChangesOptions } from './apply-changes.ts';
export { countComments } from './counter.ts';
export { MAX_REPLAYED_EVENTS, readReplay, type Replay, type ReplayOptions } from './replay.ts';
export { createCommentsRepository, type CommentsOptions } from './repository.ts';
