/** Where a post is read. Its id is in the query, because a host of plain files knows no ids. */
export function postLink(postId: string): string {
  return `/post/?id=${encodeURIComponent(postId)}`;
}

/** Where somebody's posts are. */
export function profileLink(userId: string): string {
  return `/profile/?user=${encodeURIComponent(userId)}`;
}
