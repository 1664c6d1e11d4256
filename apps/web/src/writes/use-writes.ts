'use client';

import type { Comment } from '@blogapp/shared-types/rest';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useSession } from '../session/index.ts';
import { browserOutbox } from './browser-outbox.ts';
import type { ResultListener } from './outbox.ts';
import { overlayComments, type CommentOverlay } from './overlay.ts';
import type { Operation, PendingWrite } from './pending-write.ts';

const NONE: readonly PendingWrite[] = [];

const subscribe = (listener: () => void): (() => void) => browserOutbox().onChange(listener);

/** Returns the writes of all users of this browser that the API has not confirmed. */
export function useWrites(): readonly PendingWrite[] {
  return useSyncExternalStore(
    subscribe,
    () => browserOutbox().writes,
    () => NONE,
  );
}

/**
 * Calls `listener` with the API's response to each write of this page. @param listener may differ
 * in each render
 */
export function useWriteResults(listener: ResultListener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      browserOutbox().onResult((write, result) => {
        latest.current(write, result);
      }),
    [],
  );
}

/** Stores a write and sends it: see `Outbox.add`. */
export function addWrite(operation: Operation): PendingWrite {
  return browserOutbox().add(operation);
}

/** Sends a refused write again: see `Outbox.retry`. */
export function retryWrite(id: string): void {
  browserOutbox().retry(id);
}

/** Discards a write that was refused, or not tried yet: see `Outbox.discard`. */
export function discardWrite(id: string): boolean {
  return browserOutbox().discard(id);
}

/** Returns the comments of a post with the user's unconfirmed writes applied. */
export function useCommentOverlay(postId: string, comments: readonly Comment[]): CommentOverlay {
  const writes = useWrites();
  const userId = useSession().user?.uid;
  return useMemo(
    () =>
      overlayComments(comments, writes, {
        userId,
        postId,
        // There are no deleted comments while a server renders.
        deleted: typeof window === 'undefined' ? new Set() : browserOutbox().deletedComments,
      }),
    [comments, writes, userId, postId],
  );
}
