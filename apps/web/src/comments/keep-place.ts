/** Where elements were on the screen, before the page changes around them. */
export type Place = readonly { readonly element: Element; readonly top: number }[];

/**
 * Remembers where the visible ones of some elements are. Several, since the first may be gone afterwards.
 *
 * @param elements in the order in which they are on the page
 * @param viewportHeight in CSS pixels
 */
export function placeOf(elements: Iterable<Element>, viewportHeight: number): Place {
  const place: { element: Element; top: number }[] = [];
  for (const element of elements) {
    const { top, bottom } = element.getBoundingClientRect();
    if (top >= viewportHeight) break;
    if (bottom > 0) place.push({ element, top });
  }
  return place;
}

/** How far the page has to be scrolled so that what was read is where it was (CSS pixels). */
export function movedBy(place: Place): number {
  const anchor = place.find(({ element }) => element.isConnected);
  return anchor ? anchor.element.getBoundingClientRect().top - anchor.top : 0;
}
