/** Any origin will do: only addresses that stay within it are taken. */
const BASE = 'https://blog.invalid';

/**
 * The page to go on with after signing in. Only a page of this site, so that no link to the sign-in page
 * leads away from it.
 *
 * @param next of the address; null when there is none
 */
export function nextPage(next: string | null): string {
  const url = next === null ? null : URL.parse(next, BASE);
  if (url?.origin !== BASE || /^\/(?:\/|sign-in)/.test(url.pathname)) return '/';
  return url.pathname + url.search;
}

/** Where to sign in, and come back. @param page with its query */
export function signInLink(page: string): string {
  return `/sign-in/?next=${encodeURIComponent(page)}`;
}
