import { createHash } from 'node:crypto';

/**
 * Makes the token of the next page. It contains the page's start and a digest of the request.
 *
 * @param request the parameters that must be the same for all pages
 */
export function pageToken(position: number | string, request: unknown): string {
  return Buffer.from(JSON.stringify([position, digestOf(request)])).toString('base64url');
}

/**
 * Reads a page token.
 * @returns the page's start; undefined if the token was not made for this request
 */
export function readPageToken(token: string, request: unknown): number | string | undefined {
  try {
    const [position, digest] = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    ) as readonly unknown[];
    if (digest !== digestOf(request)) return undefined;
    return typeof position === 'number' || typeof position === 'string' ? position : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 16);
}
