/**
 * Scrolls to the first of some comments that is there, and focuses it. At once: on the way, thousands would be laid out.
 *
 * @param ids of comments
 */
export function goToComment(ids: readonly string[]): void {
  const element = ids
    .map((commentId) => document.getElementById(`comment-${commentId}`))
    .find((found) => found !== null);
  element?.scrollIntoView({ block: 'center', behavior: 'instant' });
  element?.focus({ preventScroll: true });
}
