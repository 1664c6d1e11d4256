/**
 * Scrolls to the first of these comments that is in the page, and focuses it. It does not scroll smoothly, because thousands of
 * comments on the way would be laid out.
 *
 * @param ids the ids of the comments
 */
export function goToComment(ids: readonly string[]): void {
  const element = ids
    .map((commentId) => document.getElementById(`comment-${commentId}`))
    .find((found) => found !== null);
  element?.scrollIntoView({ block: 'center', behavior: 'instant' });
  element?.focus({ preventScroll: true });
}
