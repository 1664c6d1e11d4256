'use client';

import { useCallback, useLayoutEffect, useRef, useSyncExternalStore, type RefObject } from 'react';
import type { Comments, CommentsState } from '../posts/index.ts';
import { movedBy, placeOf, type Place } from './keep-place.ts';

const LOADING: CommentsState = {
  comments: [],
  hasEarlier: false,
  loading: 'latest',
  isLoaded: false,
};
const nothing = (): (() => void) => () => undefined;

/**
 * The comments, drawn so that what one reads stays where it is. Browsers that anchor scrolling would do
 * some of it, but not all browsers do.
 *
 * @param list whose children are the comments
 * @param composer where one writes a comment: who does that, stays there
 */
export function useComments(
  comments: Comments | undefined,
  list: RefObject<HTMLElement | null>,
  composer: RefObject<HTMLElement | null>,
): {
  readonly state: CommentsState;
  /** Keeps the place over the next change, which is not one of `comments`. */
  readonly keepPlace: () => void;
} {
  const place = useRef<Place>([]);
  const keepPlace = useCallback(() => {
    const { current: form } = composer;
    const isWriting = form?.contains(document.activeElement) === true;
    const elements = isWriting ? [form] : (list.current?.children ?? []);
    place.current = placeOf(elements, window.innerHeight);
  }, [list, composer]);
  const subscribe = useCallback(
    (listener: () => void) =>
      comments?.subscribe(() => {
        // Before React draws the change.
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
  // After whatever was drawn; without a place to keep, nothing is measured.
  useLayoutEffect(() => {
    const moved = movedBy(place.current);
    place.current = [];
    if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: 'instant' });
  });
  return { state, keepPlace };
}
