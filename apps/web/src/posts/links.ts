/** The path of a post. Its id is in the query, because a host of static files knows no ids. */
export function postLink(postId: string): string {
  return `/post/?id=${encodeURIComponent(postId)}`;
}

/** The path of a user's posts. */
export function profileLink(userId: string): string {
  return `/profile/?user=${encodeURIComponent(userId)}`;
}
