'use client';

import { useCallback, useLayoutEffect, useRef, useSyncExternalStore, type RefObject } from 'react';
import type { Comments, CommentsState } from '../posts/index.ts';
import { movedBy, placeOf, type Place } from './keep-place.ts';

const LOADING: CommentsState = { comments: [], loading: 'latest', isLoaded: false };
/** The elements of which the visible ones stay in place. */
const COMMENTS = ':scope > :not([data-gap])';
/** The same when earlier comments were requested: the reader reads those after the gap. */
const AFTER_THE_GAP = ':scope > [data-gap] ~ *';
const nothing = (): (() => void) => () => undefined;

/**
 * Returns the comments, and keeps the visible ones in place when the list changes. Scroll anchoring
 * would do a part of this, but not all browsers have it.
 *
 * @param list the element whose children are the comments, and the gap, which has `data-gap`
 * @param composer the form for a comment, which stays in place while the reader writes in it
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
  const keepPlaceOf = useCallback(
    (selector: string) => {
      const { current: form } = composer;
      const isWriting = form?.contains(document.activeElement) === true;
      const elements = isWriting ? [form] : (list.current?.querySelectorAll(selector) ?? []);
      place.current = placeOf(elements, window.innerHeight);
    },
    [list, composer],
  );
  const keepPlace = useCallback(() => {
    keepPlaceOf(COMMENTS);
  }, [keepPlaceOf]);
  const subscribe = useCallback(
    (listener: () => void) => {
      if (!comments) return nothing();
      let { loading } = comments.state;
      return comments.subscribe(() => {
        // This runs before React renders the change.
        keepPlaceOf(loading === 'earlier' ? AFTER_THE_GAP : COMMENTS);
        ({ loading } = comments.state);
        listener();
      });
    },
    [comments, keepPlaceOf],
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
