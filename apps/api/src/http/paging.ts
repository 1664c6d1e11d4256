/** The `Link` header of a page to the next one (RFC 8288); no header on the last page. */
export function nextPageLink(url: URL, nextCursor: string | undefined): { link?: string } {
  if (nextCursor === undefined) return {};
  const query = new URLSearchParams(url.search);
  query.set('cursor', nextCursor);
  return { link: `<${url.pathname}?${query.toString()}>; rel="next"` };
}
