export { apiOfSession } from './api-of-session.ts';
export { browserOutbox } from './browser-outbox.ts';
export type { ResultListener } from './outbox.ts';
export { pendingFavorite } from './overlay.ts';
export type { CommentOverlay, NewComment, ShownComment } from './overlay.ts';
export type { Operation, PendingWrite, Refusal } from './pending-write.ts';
export type { WriteResult } from './send.ts';
export { commentFault, postBodyFault, titleFault } from './text-faults.ts';
export { WritesNotice } from './WritesNotice.tsx';
export { WriteState } from './WriteState.tsx';
export {
  addWrite,
  discardWrite,
  retryWrite,
  useCommentOverlay,
  useWriteResults,
  useWrites,
} from './use-writes.ts';
