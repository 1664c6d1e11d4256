/** Where elements were on the screen, before the page changes around them. */
export type Place = readonly { readonly element: Element; readonly top: number }[];

/**
 * Remembers where the visible ones of some elements are. Several, since the first may be gone afterwards.
 *
 * @param elements one below the other, in this order
 * @param viewportHeight in CSS pixels
 */
export function placeOf(elements: ArrayLike<Element>, viewportHeight: number): Place {
  const place: { element: Element; top: number }[] = [];
  for (let index = firstInView(elements); index < elements.length; index += 1) {
    const element = elements[index];
    const top = element?.getBoundingClientRect().top ?? viewportHeight;
    if (element === undefined || top >= viewportHeight) break;
    place.push({ element, top });
  }
  return place;
}

/** The index of the first element that is not above the viewport: of thousands, a few are measured. */
function firstInView(elements: ArrayLike<Element>): number {
  let [from, to] = [0, elements.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const isAbove = (elements[middle]?.getBoundingClientRect().bottom ?? 0) <= 0;
    if (isAbove) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** How far the page has to be scrolled so that what was read is where it was (CSS pixels). */
export function movedBy(place: Place): number {
  const anchor = place.find(({ element }) => element.isConnected);
  return anchor ? anchor.element.getBoundingClientRect().top - anchor.top : 0;
}
