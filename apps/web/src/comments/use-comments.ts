'use client';

import { useCallback, useLayoutEffect, useRef, useSyncExternalStore, type RefObject } from 'react';
import type { Comments, CommentsState } from '../posts/index.ts';
import { movedBy, placeOf, type Place } from './keep-place.ts';

const LOADING: CommentsState = { comments: [], loading: 'latest', isLoaded: false };
const nothing = (): (() => void) => () => undefined;

/**
 * Returns the comments, and keeps the visible ones in place when the list changes. Scroll anchoring
 * would do a part of this, but not all browsers have it.
 *
 * @param list whose children are the comments; what is between them has `data-gap`
 * @param composer where one writes a comment: who does that, stays there
 */
export function useComments(
  comments: Comments | undefined,
  list: RefObject<HTMLElement | null>,
  composer: RefObject<HTMLElement | null>,
): {
  readonly state: CommentsState;
  /**
   * Keeps the visible comments in place at the next change, for changes other than those of
   * `comments`.
   */
  readonly keepPlace: () => void;
} {
  const place = useRef<Place>([]);
  const keepPlace = useCallback(() => {
    const { current: form } = composer;
    const isWriting = form?.contains(document.activeElement) === true;
    const elements = isWriting
      ? [form]
      : (list.current?.querySelectorAll(':scope > :not([data-gap])') ?? []);
    place.current = placeOf(elements, window.innerHeight);
  }, [list, composer]);
  const subscribe = useCallback(
    (listener: () => void) =>
      comments?.subscribe(() => {
        // // This runs before React renders the change.
        keepPlace();
        listener();
      }) ?? nothing(),
    [comments, keepPlace],
  );
  const state = useSyncExternalStore(
    subscribe,
    () => comments?.state ?? LOADING,
    () => LOADING,
  );
  // This runs after each render; when no place is remembered, nothing is measured.
  useLayoutEffect(() => {
    const moved = movedBy(place.current);
    place.current = [];
    if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: 'instant' });
  });
  return { state, keepPlace };
}
