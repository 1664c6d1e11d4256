/** Any origin is possible here: only addresses within it are accepted. */
const BASE = 'https://blog.invalid';

/**
 * The page to continue with after signing in. It is always a page of this site, so that a link to
 * the sign-in page can't lead to another site. @param next the query parameter `next`; null when
 * there is none
 */
export function nextPage(next: string | null): string {
  const url = next === null ? null : URL.parse(next, BASE);
  if (url?.origin !== BASE || /^\/(?:\/|sign-in)/.test(url.pathname)) return '/';
  return url.pathname + url.search;
}

/**
 * The path of the sign-in page, which returns to a page afterwards.
 *
 * @param page the path to return to, with its query
 */
export function signInLink(page: string): string {
  return `/sign-in/?next=${encodeURIComponent(page)}`;
}
