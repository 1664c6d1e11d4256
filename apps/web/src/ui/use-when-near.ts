'use client';

import { useEffect, useRef, type RefObject } from 'react';

/**
 * Calls back when an element is near the screen, or comes near it.
 *
 * @param margin the distance that is near, as the `rootMargin` of an IntersectionObserver
 * @param onNear the callback, which may change with each render. While it is undefined, nothing is observed
 */
export function useWhenNear(
  element: RefObject<Element | null>,
  margin: string,
  onNear: (() => void) | undefined,
): void {
  const latest = useRef(onNear);
  useEffect(() => {
    latest.current = onNear;
  });
  const isActive = onNear !== undefined;
  useEffect(() => {
    if (!element.current || !isActive) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current?.();
      },
      { rootMargin: margin },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [element, margin, isActive]);
}
