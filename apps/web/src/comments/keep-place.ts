/** Where elements were on the screen, before the page changes around them. */
export type Place = readonly { readonly element: Element; readonly top: number }[];

/**
 * Remembers the positions of the visible elements: several, since the first one may be removed.
 *
 * @param elements the elements, one below the other in this order
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

/**
 * The index of the first element that is not above the viewport. It measures only a few of
 * thousands.
 */
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

/** How far to scroll the page so that the remembered elements are where they were (CSS pixels). */
export function movedBy(place: Place): number {
  const anchor = place.find(({ element }) => element.isConnected);
  return anchor ? anchor.element.getBoundingClientRect().top - anchor.top : 0;
}
